/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the text/plain reply of a camera of any make, on a host (docs/protocol.md, "Replies").
 * Every reply has status 200: only the body tells success from failure.
 */
#ifndef PROTOCOL_ANSWER_H
#define PROTOCOL_ANSWER_H

#include "base/error.h"
#include "base/span.h"

enum { ANSWER_TEXT_SIZE = 224 };

enum answer_kind {
    ANSWER_NOTHING, /* only blanks and line ends */
    ANSWER_OK,      /* exactly one line, `OK` or `OK: ...` */
    ANSWER_ERROR,   /* the first line is `ERROR: ...`; other lines than `OK` may follow */
    ANSWER_ELSE, /* anything else: a login page, an OK with more lines after it, an ERROR and an OK
                  */
};

struct answer {
    enum answer_kind kind;
    char text[ANSWER_TEXT_SIZE]; /* the first line, printable, cut if longer; NUL-terminated */
};

/* Blanks and line ends before the first line are skipped: some cameras send more line ends after
 * their head than HTTP allows. */
void answer_read(struct span body, struct answer *answer);

#endif
