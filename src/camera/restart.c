/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/restart.h"

#include "base/clock.h"
#include "camera/linux/reboot.h"

bool restart_begin(const struct configuration *configuration, struct error *err)
{
    if (configuration->restart.kind == RESTART_NONE)
        return true;
    clock_sleep(configuration->restart_delay * UINT64_C(1000));
    if (configuration->restart.kind == RESTART_REBOOT)
        return reboot_now(err);
    return process_start(&configuration->restart.command, err);
}
