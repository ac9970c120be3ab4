/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page that a camera of any make answers when it is asked for a form (docs/protocol.md, "The
 * exchange"): where the upload is to go. Read by hosts. What a browser could take in two ways, or
 * would send somewhere else, is refused.
 */
#ifndef PROTOCOL_PAGE_H
#define PROTOCOL_PAGE_H

#include "base/error.h"
#include "base/span.h"

struct page {
    struct span action; /* borrowed from the page, as it stands there */
};

/* The page must have one form, sent by POST as multipart/form-data, with one field for a file,
 * URL_FIRMWARE_IMAGE. ERROR_REQUEST, "page: ...". */
bool page_parse(struct span text, struct page *page, struct error *err) MUST_CHECK;

/* Whether the action leads to `command` of /cgi-bin/update of `origin` (`http://camera:8080`, a
 * default port left out), which the page came from, and says nothing else. */
bool page_leads_to(const struct page *page, const char *origin, const char *command);

#endif
