/* SPDX-License-Identifier: Apache-2.0 */
#include "base/libc.h"

void libc_malloc_trim(void)
{
}
