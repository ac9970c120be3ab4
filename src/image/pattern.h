/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of fixed length with a fixed kind of byte at each position, such as a version or a time. */
#ifndef IMAGE_PATTERN_H
#define IMAGE_PATTERN_H

#include "base/span.h"

/* True if `text` equals `pattern`; a 0 in the pattern stands for any digit. */
bool pattern_matches(struct span text, const char *pattern);

/* The number in the `count` digits from `at` on (at most 9). The caller has checked with
 * pattern_matches that they are digits. */
unsigned pattern_number(struct span text, size_t at, size_t count);

#endif
