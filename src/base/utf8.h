/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks for well-formed UTF-8 (Unicode, table 3-7): no overlong encoding, no surrogate; and for
 * characters that no one can see.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/span.h"

#include <stdint.h>

bool utf8_is_valid(struct span text);

/* Removes one character from the front of `text`, which is well-formed and not empty. */
uint32_t utf8_take(struct span *text);

/* False for what would change how a line is shown, or cannot be seen: control and format
 * characters, line and paragraph separators (categories Cc, Cf, Zl, Zp). */
bool utf8_is_shown(uint32_t character);

/* True if `text` is well-formed and all of it is shown, in one line. */
bool utf8_is_one_line(struct span text);

#endif
