/* SPDX-License-Identifier: Apache-2.0 */
/* Strict reading of JSON: jansson, with limits that it does not have. */
#ifndef ISPUP_GATEWAY_DDI_JSON_H
#define ISPUP_GATEWAY_DDI_JSON_H

#include "base/error.h"
#include "base/span.h"

#include <jansson.h>

/* One object; the caller releases it with json_decref. ERROR_REQUEST. */
bool ddi_json_load(struct span text, json_t **root, struct error *err) MUST_CHECK;

/* The object or array of that name. `*found`: NULL if there is none, or null. */
bool ddi_json_object(const json_t *parent, const char *name, json_t **found,
                     struct error *err) MUST_CHECK;
bool ddi_json_array(const json_t *parent, const char *name, json_t **found,
                    struct error *err) MUST_CHECK;

/* A text that is printable ASCII and fits; empty if there is none. */
bool ddi_json_text(const json_t *parent, const char *name, char *text, size_t capacity,
                   struct error *err) MUST_CHECK;

/* An id: a text or a whole number, of letters, digits, `-` and `_`. It must be there. */
bool ddi_json_id(const json_t *parent, const char *name, char *text, size_t capacity,
                 struct error *err) MUST_CHECK;

/* `_links.NAME.href`; empty if there is none. */
bool ddi_json_link(const json_t *parent, const char *name, char *text, size_t capacity,
                   struct error *err) MUST_CHECK;

#endif
