/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/flash.h"

bool flash_open(const struct flash_opener *opener, const char *bank, bool for_writing,
                struct flash **flash, struct error *err)
{
    return opener->open(opener, bank, for_writing, flash, err);
}

void flash_close(struct flash **flash)
{
    if (*flash != NULL)
        (*flash)->operations->close(*flash);
    *flash = NULL;
}
