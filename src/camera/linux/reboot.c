/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/reboot.h"

#include <linux/capability.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Rights are answered in words of this many bits. */
enum { WORD_BITS = 32 };

bool reboot_is_allowed(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct rights[_LINUX_CAPABILITY_U32S_3] = {{0}};

    return syscall(SYS_capget, &head, rights) == 0 &&
           (rights[CAP_SYS_BOOT / WORD_BITS].effective & 1U << CAP_SYS_BOOT % WORD_BITS) != 0;
}

bool reboot_now(struct error *err)
{
    sync();
    (void)reboot(RB_AUTOBOOT);
    return error_system(err, ERROR_INTERNAL, "internal error: cannot reboot");
}
