/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/flash.h"

#include <string.h>

bool flash_open(const struct flash_opener *opener, const char *bank_name, bool for_writing,
                struct flash **flash, struct error *err)
{
    return opener->open(opener, bank_name, for_writing, flash, err);
}

void flash_close(struct flash **flash)
{
    if (*flash != NULL)
        (*flash)->operations->close(*flash);
    *flash = NULL;
}

bool flash_is_erased(struct span bytes)
{
    return bytes.size == 0 ||
           (bytes.data[0] == 0xff && memcmp(bytes.data, bytes.data + 1, bytes.size - 1) == 0);
}

bool flash_is_same_place(const struct flash_opener *opener, const char *one, const char *other)
{
    struct flash_place first, second;

    return opener->locate(opener, one, &first) && opener->locate(opener, other, &second) &&
           first.device == second.device && first.number == second.number &&
           strcmp(first.name, second.name) == 0;
}
