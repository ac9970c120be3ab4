/* SPDX-License-Identifier: Apache-2.0 */
#include "base/libc.h"

#include <unistd.h>

bool libc_close_range(int first, int last)
{
    return close_range((unsigned)first, (unsigned)last, 0) == 0;
}
