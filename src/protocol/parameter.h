/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A header field's value with parameters: `form-data; name="a";filename=b` (RFC 9110, 5.6.6; RFC
 * 7578, 4.2). Blanks and tabs may stand around the `;`, nowhere else.
 */
#ifndef PROTOCOL_PARAMETER_H
#define PROTOCOL_PARAMETER_H

#include "base/span.h"

struct parameter {
    struct span name;  /* borrowed, like the value; a token, letter case as sent */
    struct span value; /* without its quotes; a \" inside stays as it was sent */
};

/* Blanks and tabs off both ends. */
struct span parameter_trim(struct span text);

/* Whether it is 1 or more bytes that RFC 9110 allows in a token. */
bool parameter_is_token(struct span text);

/* Takes what stands before the first `;` off `rest`: the value itself, without blanks around it. */
struct span parameter_head(struct span *rest);

/* Takes `;name=value` off the front of `rest`. In a quoted value a \ before a " makes it part of
 * the value; any other \ is itself, since browsers once sent whole Windows paths so. False: it is
 * of another form. */
bool parameter_take(struct span *rest, struct parameter *parameter) MUST_CHECK;

#endif
