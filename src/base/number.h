/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as text, strictly: digits and nothing else, and nothing that wraps. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include "base/span.h"

#include <stdint.h>

/* 1 to 20 decimal digits, the whole of `text`, at most `limit`. No sign, no blank. */
bool number_parse(struct span text, uint64_t limit, uint64_t *number) MUST_CHECK;

/* A count of bytes: digits, then nothing, `K`, `M` or `G` (of 1024), at most `limit`. */
bool number_parse_size(struct span text, uint64_t limit, uint64_t *size) MUST_CHECK;

/* `2 * size` lower-case hex digits, the whole of `text`. */
bool number_parse_hex(struct span text, unsigned char *bytes, size_t size) MUST_CHECK;

/* Writes `2 * size` lower-case hex digits and a NUL: `text` must have room for them. */
void number_format_hex(struct span bytes, char *text);

#endif
