/* SPDX-License-Identifier: Apache-2.0 */
#include "image/pattern.h"

#include <assert.h>
#include <string.h>

bool pattern_matches(struct span text, const char *pattern)
{
    if (text.size != strlen(pattern))
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (pattern[i] == '0' ? !byte_is_digit(text.data[i])
                              : text.data[i] != (unsigned char)pattern[i])
            return false;
    return true;
}

unsigned pattern_number(struct span text, size_t at, size_t count)
{
    unsigned number = 0;

    /* 9 digits always fit in 32 bits. */
    assert(count <= 9 && at <= text.size && count <= text.size - at);
    for (size_t i = at; i < at + count; i++)
        number = number * 10 + (unsigned)(text.data[i] - '0');
    return number;
}
