/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the delimiters of a form in a body that arrives in pieces, and lends the bytes between them
 * without a copy. A delimiter is CR LF `--` boundary (RFC 2046, 5.1.1); a piece may end inside it.
 */
#ifndef PROTOCOL_DELIMITER_H
#define PROTOCOL_DELIMITER_H

#include "base/source.h"

enum { DELIMITER_BOUNDARY_LIMIT = 70 };

struct delimited {
    struct source *body; /* borrowed */
    struct span rest;    /* borrowed from the body: bytes of its last piece, not searched yet */
    unsigned char delimiter[4 + DELIMITER_BOUNDARY_LIMIT];
    size_t size;    /* of the delimiter */
    size_t matched; /* bytes that may be the front of a delimiter; they are held back */
    size_t assumed; /* how many of these are not in the body: the line end before its first byte */
    bool found;     /* a delimiter was reached */
    bool ended;     /* the body's end was reached */
};

/* `boundary` has at most DELIMITER_BOUNDARY_LIMIT bytes and no CR. A delimiter may be the body's
 * first line, without a CR LF before it. Borrows `source`. */
void delimited_open(struct delimited *body, struct span boundary, struct source *source);

/* Lends the next bytes before the delimiter, valid until the next call. If there are none, either
 * `found` or `ended` is true. If the body ends inside a delimiter, the front of it is not lent:
 * the reader of the bytes would blame the image for it. An error of the source is passed on
 * unchanged. */
bool delimited_next(struct delimited *body, struct span *bytes, struct error *err) MUST_CHECK;

/* After a delimiter was found and until delimited_begin: takes the next byte of the body, of any
 * value. False at the body's end (then `ended` is true) or if the source fails. */
bool delimited_byte(struct delimited *body, unsigned char *byte, struct error *err) MUST_CHECK;

/* Begins to search for delimiters again. One may begin right here, because the line before has just
 * ended. */
void delimited_begin(struct delimited *body);

#endif
