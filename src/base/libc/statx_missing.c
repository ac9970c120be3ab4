/* SPDX-License-Identifier: Apache-2.0 */
#include "base/libc.h"

bool libc_statx(int fd, struct libc_attributes *attributes)
{
    (void)fd;
    (void)attributes;
    return false;
}
