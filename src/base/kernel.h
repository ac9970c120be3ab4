/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel that runs now can do. */
#ifndef BASE_KERNEL_H
#define BASE_KERNEL_H

#include <stdbool.h>

/* Filters of system calls, seccomp(2): CONFIG_SECCOMP_FILTER. Sets none. */
bool kernel_has_filters(void);

#endif
