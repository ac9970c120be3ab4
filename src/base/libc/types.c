/* SPDX-License-Identifier: Apache-2.0 */
/* LIBC_REQUEST and LIBC_RESOURCE come from Meson: glibc has types of its own, musl has int. */
#include "base/libc.h"

#include <sys/ioctl.h>

int libc_ioctl(int fd, unsigned long request, void *argument)
{
    return ioctl(fd, (LIBC_REQUEST)request, argument);
}

int libc_setrlimit(int resource, const struct rlimit *limit)
{
    return setrlimit((LIBC_RESOURCE)resource, limit);
}

int libc_getrlimit(int resource, struct rlimit *limit)
{
    return getrlimit((LIBC_RESOURCE)resource, limit);
}
