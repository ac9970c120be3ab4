/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as text, read strictly: only digits, and no overflow. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include "base/span.h"

#include <stdint.h>

/* The whole of `text` is 1 to 20 decimal digits, no sign, no blank. The number is at most `limit`.
 */
bool number_parse(struct span text, uint64_t limit, uint64_t *number) MUST_CHECK;

/* A number of bytes: digits, then optionally `K`, `M` or `G` (powers of 1024). At most `limit`. */
bool number_parse_size(struct span text, uint64_t limit, uint64_t *size) MUST_CHECK;

/* The whole of `text` is `2 * size` lower-case hex digits. */
bool number_parse_hex(struct span text, unsigned char *bytes, size_t size) MUST_CHECK;

/* Writes `2 * bytes.size` lower-case hex digits and a NUL; `text` must have room for them. */
void number_format_hex(struct span bytes, char *text);

#endif
