/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/restart.h"

#include "base/clock.h"
#include "base/executable.h"
#include "camera/linux/reboot.h"

bool restart_check(const struct configuration *configuration, struct error *err)
{
    const struct configuration_restart *restart = &configuration->restart;

    if (restart->kind == RESTART_REBOOT)
        return reboot_is_allowed() ||
               error_set(err, ERROR_FLASH, "reboot(2): cannot be run: only root may");
    return restart->kind == RESTART_NONE || restart->command.count == 0 ||
           executable_check(restart->command.arguments[0], ERROR_FLASH, err);
}

bool restart_check_asked(const struct configuration *configuration, struct error *err)
{
    if (configuration->restart.kind == RESTART_NONE)
        return error_set(err, ERROR_CONFIGURATION,
                         "restart: cannot be run: [restart] command is none");
    return restart_check(configuration, err);
}

bool restart_begin(const struct configuration *configuration, struct error *err)
{
    if (configuration->restart.kind == RESTART_NONE)
        return true;
    clock_sleep(configuration->restart_delay * UINT64_C(1000));
    if (configuration->restart.kind == RESTART_REBOOT)
        return reboot_now(err);
    return process_start(&configuration->restart.command, err);
}
