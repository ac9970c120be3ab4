/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replies as they go over the wire: HTTP/1.0, what the program printed spelled and ordered as it
 * did, then `Connection: close`, `Cache-Control: no-store` and `Date`. Sent here rather than by
 * libmicrohttpd, which has an order of its own and cannot answer in the middle of a body.
 */
#ifndef ISPUPD_RESPONSE_H
#define ISPUPD_RESPONSE_H

#include "ispupd/output.h"
#include "ispupd/wire.h"

#include <stdint.h>

/* What a program answered. `without_body`: to a HEAD. */
bool response_send_output(const struct wire *wire, const struct output_reply *reply,
                          bool without_body, struct error *err) MUST_CHECK;

/* A page; the caller sends the `size` bytes of its body. */
bool response_send_page_head(const struct wire *wire, const char *type, uint64_t size,
                             struct error *err) MUST_CHECK;

/* `ERROR: text` with the status of its kind. */
bool response_send_error(const struct wire *wire, const struct error *cause, bool without_body,
                         struct error *err) MUST_CHECK;

/* 400, 404 ... of a kind; 500 for what is ours. */
unsigned response_status(enum error_kind kind);

#endif
