/* SPDX-License-Identifier: Apache-2.0 */
#include "base/libc.h"

#include <sys/random.h>
#include <sys/types.h>

bool libc_getrandom(void *bytes, size_t size, bool waits)
{
    /* Up to 256 bytes are never cut short by a signal. */
    return getrandom(bytes, size, waits ? 0 : GRND_NONBLOCK) == (ssize_t)size;
}
