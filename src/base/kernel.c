/* SPDX-License-Identifier: Apache-2.0 */
#include "base/kernel.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

/* Asks for a filter at address NULL: a kernel with filters tries to read it and fails with EFAULT,
 * any other kernel fails in another way. */
bool kernel_has_filters(void)
{
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) != 0 && errno == EFAULT;
}
