/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reply, printed once, with its length. The programs print no status line; `Status:` only for
 * another status than 200. The heads and bodies are those of docs/protocol.md, "Replies".
 */
#ifndef PROTOCOL_REPLY_H
#define PROTOCOL_REPLY_H

#include "base/error.h"
#include "base/span.h"

enum { REPLY_TEXT_LIMIT = 200 };

/* `text/plain`, `line` and one LF. */
bool reply_line(int fd, const char *line, struct error *err) MUST_CHECK;

/* `text/plain`, bytes that are whole lines already. */
bool reply_lines(int fd, struct span lines, struct error *err) MUST_CHECK;

/* `text/html`, the form's bytes as they are. */
bool reply_form(int fd, struct span form, struct error *err) MUST_CHECK;

/* `ERROR: text`, made printable and cut at REPLY_TEXT_LIMIT bytes (all with status 200, but those
 * of an ERROR_HTTP_ kind). */
bool reply_error(int fd, const struct error *cause, struct error *err) MUST_CHECK;

/* The same line, without a head and LF: `ERROR: text` (before an ERROR_INTERNAL's text that does
 * not begin so, `internal error: `) into `line` of REPLY_TEXT_LIMIT + 1 bytes. What a camera
 * answers, and what `ispup verify` and `ispup-camera` print. */
void reply_error_line(const struct error *cause, char *line);

/* 200, 400, 404 ... of a kind, and the status that a program exits with: 0 done, 1 refused, 2 busy,
 * 3 journal, 4 flash or settings, 64 usage, 70 internal, 78 configuration (docs/protocol.md). */
unsigned reply_http_status(enum error_kind kind);
int reply_exit_status(enum error_kind kind);

#endif
