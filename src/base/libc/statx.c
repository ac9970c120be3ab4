/* SPDX-License-Identifier: Apache-2.0 */
#include "base/libc.h"

#include <fcntl.h>
#include <sys/stat.h>

bool libc_statx(int fd, struct libc_attributes *attributes)
{
    struct statx facts;

    if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &facts) != 0)
        return false;
    attributes->known = facts.stx_attributes_mask;
    attributes->set = facts.stx_attributes & facts.stx_attributes_mask;
    return true;
}
