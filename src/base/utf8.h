/* SPDX-License-Identifier: Apache-2.0 */
/* Whether bytes are well-formed UTF-8 (Unicode, table 3-7: no overlong form, no surrogate). */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/span.h"

bool utf8_is_valid(struct span text);

#endif
