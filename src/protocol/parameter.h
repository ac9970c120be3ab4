/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a header field's value with parameters: `form-data; name="a";filename=b` (RFC 9110, 5.6.6;
 * RFC 7578, 4.2). Blanks and tabs are allowed only around the `;`.
 */
#ifndef PROTOCOL_PARAMETER_H
#define PROTOCOL_PARAMETER_H

#include "base/span.h"

struct parameter {
    struct span name;  /* borrowed, like the value; a token, letter case as sent */
    struct span value; /* without its quotes; a \" inside is kept as sent */
};

/* Removes blanks and tabs at both ends. */
struct span parameter_trim(struct span text);

/* True if `text` is a token of RFC 9110: 1 or more of the allowed bytes. */
bool parameter_is_token(struct span text);

/* Removes the text before the first `;` from `rest` and returns it without blanks at its ends. */
struct span parameter_head(struct span *rest);

/* Removes `;name=value` from the front of `rest`. In a quoted value, \" does not end the value. Any
 * other \ is an ordinary byte, because old browsers send whole Windows paths. A `;` without a
 * parameter after it gives one with an empty name and value. False if malformed. */
bool parameter_take(struct span *rest, struct parameter *parameter) MUST_CHECK;

#endif
