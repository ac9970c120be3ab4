/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a camera of any make answers in text/plain (docs/protocol.md, "Replies"), as a host reads
 * it. All answers come with status 200: only the body tells them apart.
 */
#ifndef PROTOCOL_ANSWER_H
#define PROTOCOL_ANSWER_H

#include "base/error.h"
#include "base/span.h"

enum { ANSWER_TEXT_SIZE = 224 };

enum answer_kind {
    ANSWER_NOTHING, /* no byte but blanks and line ends */
    ANSWER_OK,      /* one line, `OK` or `OK: ...` */
    ANSWER_ERROR,   /* `ERROR: ...` on its first line, however it goes on */
    ANSWER_ELSE,    /* a login page, an OK with more behind it, anything */
};

struct answer {
    enum answer_kind kind;
    char text[ANSWER_TEXT_SIZE]; /* the first line, printable, cut where longer; NUL-terminated */
};

/* Blanks and line ends before the answer are passed over: some cameras end their head with more
 * of them than HTTP asks for. */
void answer_read(struct span body, struct answer *answer);

#endif
