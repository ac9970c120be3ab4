/* SPDX-License-Identifier: Apache-2.0 */
#include "image/form.h"

#include <assert.h>
#include <string.h>

bool form_matches(struct span text, const char *form)
{
    if (text.size != strlen(form))
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (form[i] == '0' ? !byte_is_digit(text.data[i]) : text.data[i] != (unsigned char)form[i])
            return false;
    return true;
}

unsigned form_number(struct span text, size_t at, size_t count)
{
    unsigned number = 0;

    assert(count <= 9 && at <= text.size && count <= text.size - at);
    for (size_t i = at; i < at + count; i++)
        number = number * 10 + (unsigned)(text.data[i] - '0');
    return number;
}
