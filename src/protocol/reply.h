/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints a CGI reply, once, with its length. A CGI program prints no status line, only `Status:` if
 * the status is not 200. docs/protocol.md, "Replies", has the heads and bodies.
 */
#ifndef PROTOCOL_REPLY_H
#define PROTOCOL_REPLY_H

#include "base/error.h"
#include "base/span.h"

enum { REPLY_TEXT_LIMIT = 200 };

/* `text/plain`: `line` and one LF. */
bool reply_line(int fd, const char *line, struct error *err) MUST_CHECK;

/* `text/plain`: `lines` must be whole lines. */
bool reply_lines(int fd, struct span lines, struct error *err) MUST_CHECK;

/* The same, with a ticket for the next question in `X-ISP-Ticket`; empty: none. */
bool reply_record(int fd, const char *ticket, struct span lines, struct error *err) MUST_CHECK;

/* `text/html`: the form's bytes, unchanged. */
bool reply_form(int fd, struct span form, struct error *err) MUST_CHECK;

/* `ERROR: text`, made printable and cut at REPLY_TEXT_LIMIT bytes. The status is 200, except for an
 * ERROR_HTTP_ kind. */
bool reply_error(int fd, const struct error *cause, struct error *err) MUST_CHECK;

/* Writes only the line, without head and LF: `ERROR: text`. The text of an ERROR_INTERNAL gets the
 * prefix `internal error: ` unless it has it. `line` has room for REPLY_TEXT_LIMIT + 1 bytes. A
 * camera answers this line; `ispup verify` and `ispup-camera` print it. */
void reply_error_line(const struct error *cause, char *line);

/* The HTTP status of a kind (200, 400, 404 ...), and a program's exit status: 0 done, 1 refused, 2
 * busy, 3 journal, 4 flash or settings, 64 usage, 70 internal, 78 configuration (docs/protocol.md).
 */
unsigned reply_http_status(enum error_kind kind);
int reply_exit_status(enum error_kind kind);

#endif
