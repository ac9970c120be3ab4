/* SPDX-License-Identifier: Apache-2.0 */
#include "base/libc.h"

#include <errno.h>

bool libc_getrandom(void *bytes, size_t size, bool waits)
{
    (void)bytes;
    (void)size;
    (void)waits;
    errno = ENOSYS;
    return false;
}
