/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/reboot.h"

#include <sys/reboot.h>
#include <unistd.h>

bool reboot_now(struct error *err)
{
    sync();
    (void)reboot(RB_AUTOBOOT);
    return error_system(err, ERROR_INTERNAL, "internal error: cannot reboot");
}
