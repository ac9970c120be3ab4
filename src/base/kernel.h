/* SPDX-License-Identifier: Apache-2.0 */
/* Features of the running kernel. */
#ifndef BASE_KERNEL_H
#define BASE_KERNEL_H

#include <stdbool.h>

/* True if the kernel has system call filters, seccomp(2), CONFIG_SECCOMP_FILTER. Sets no filter. */
bool kernel_has_filters(void);

#endif
