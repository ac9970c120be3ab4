/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replies: HTTP/1.0, the fields of the program spelled and ordered as printed, then `Connection:
 * close`, `Cache-Control: no-store` and `Date`. libmicrohttpd is not used for this: it has its own
 * order, and cannot reply in the middle of a body.
 */
#ifndef ISPUPD_SERVER_RESPONSE_H
#define ISPUPD_SERVER_RESPONSE_H

#include "ispupd/server/client_socket.h"
#include "ispupd/server/output.h"

#include <stdint.h>

/* Sends the output of a program. `without_body` is for HEAD. */
bool response_send_output(const struct client_socket *client, const struct output_reply *reply,
                          bool without_body, struct error *err) MUST_CHECK;

/* Sends the head of a page. The caller sends the `size` bytes of its body. */
bool response_send_page_head(const struct client_socket *client, const char *type, uint64_t size,
                             struct error *err) MUST_CHECK;

/* Sends `ERROR: text` with the status of its kind. */
bool response_send_error(const struct client_socket *client, const struct error *cause,
                         bool without_body, struct error *err) MUST_CHECK;

/* The HTTP status of a kind of error; 500 for internal errors. */
unsigned response_status(enum error_kind kind);

#endif
