/* SPDX-License-Identifier: Apache-2.0 */
/* reboot(2): the kernel restarts the machine at once, after a sync. */
#ifndef CAMERA_LINUX_REBOOT_H
#define CAMERA_LINUX_REBOOT_H

#include "base/error.h"

/* Whether this process has the right to (CAP_SYS_BOOT). */
bool reboot_is_allowed(void);

/* Returns only on failure. */
bool reboot_now(struct error *err) MUST_CHECK;

#endif
