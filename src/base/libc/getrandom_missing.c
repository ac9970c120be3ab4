/* SPDX-License-Identifier: Apache-2.0 */
#include "base/libc.h"

#include <errno.h>

bool libc_getrandom(void *bytes, size_t size)
{
    (void)bytes;
    (void)size;
    errno = ENOSYS;
    return false;
}
