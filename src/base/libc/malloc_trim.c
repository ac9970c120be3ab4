/* SPDX-License-Identifier: Apache-2.0 */
#include "base/libc.h"

#include <malloc.h>

void libc_malloc_trim(void)
{
    (void)malloc_trim(0);
}
