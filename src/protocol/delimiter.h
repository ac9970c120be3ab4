/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes between the delimiters of a form, found in a body that comes in pieces and lent without
 * a copy. A delimiter is CR LF `--` boundary (RFC 2046, 5.1.1), wherever the pieces cut it.
 */
#ifndef PROTOCOL_DELIMITER_H
#define PROTOCOL_DELIMITER_H

#include "base/source.h"

enum { DELIMITER_BOUNDARY_LIMIT = 70 };

struct delimited {
    struct source *body; /* borrowed */
    struct span rest;    /* borrowed from the body: what was lent and not looked at yet */
    unsigned char delimiter[4 + DELIMITER_BOUNDARY_LIMIT];
    size_t size;    /* of the delimiter */
    size_t matched; /* bytes of a delimiter that may have begun; they are held back */
    size_t assumed; /* those of them that are not in the body */
    bool found;     /* a delimiter was reached */
    bool ended;     /* the body's end was */
};

/* `boundary` has at most DELIMITER_BOUNDARY_LIMIT bytes and no CR. The body's first line may be a
 * delimiter. */
void delimited_open(struct delimited *body, struct span boundary, struct source *source);

/* Lends the next bytes before the delimiter; none: `found` or `ended` says which. They are valid
 * until the next call. A failing source's own error as it is. */
bool delimited_next(struct delimited *body, struct span *bytes, struct error *err) MUST_CHECK;

/* Once a delimiter was found: the next byte behind it, whatever it is, until delimited_begin. False
 * at the body's end, with `ended`, and where the source fails. */
bool delimited_byte(struct delimited *body, unsigned char *byte, struct error *err) MUST_CHECK;

/* From here on a delimiter counts again, also one at this very place: a line ended just before. */
void delimited_begin(struct delimited *body);

#endif
