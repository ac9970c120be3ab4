/* SPDX-License-Identifier: Apache-2.0 */
#include "update/hooks.h"

#include "base/fd.h"

#include <stdio.h>
#include <unistd.h>

enum { HOOK_SECONDS = 60 };

static bool run(const struct process_command *command, const char *name, const char *const *more,
                struct error *err)
{
    struct process_outcome outcome;

    if (command->count == 0)
        return true;
    if (!process_run(command, more, FD_NONE, HOOK_SECONDS, &outcome, err)) {
        err->kind = ERROR_FLASH;
        return error_prefix(err, "%s", name);
    }
    if (outcome.status != 0)
        return error_set(err, ERROR_FLASH, "%s: %s ended with status %d%s%s", name,
                         command->arguments[0], outcome.status,
                         outcome.last_line[0] != '\0' ? ": " : "", outcome.last_line);
    return true;
}

bool hooks_check(const struct camera *camera, struct error *err)
{
    const struct configuration *configuration = &camera->configuration;
    const struct process_command *const commands[] = {
        &configuration->activate, &configuration->hold, &configuration->release};

    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (commands[i]->count > 0 && access(commands[i]->arguments[0], X_OK) != 0)
            return error_system(err, ERROR_FLASH, "%s: cannot be run", commands[i]->arguments[0]);
    return true;
}

bool hooks_hold(const struct camera *camera, struct error *err)
{
    return run(&camera->configuration.hold, "hold", NULL, err);
}

void hooks_release(const struct camera *camera)
{
    struct error err = ERROR_EMPTY;

    if (!run(&camera->configuration.release, "release", NULL, &err))
        log_line(&camera->log, "%s", err.text);
}

bool hooks_activate(const struct camera *camera, enum component which, unsigned bank,
                    struct error *err)
{
    char number[2] = {(char)('0' + bank), '\0'};
    const char *const more[] = {component_name(which), number,
                                camera->configuration.flash[which].banks[bank], NULL};

    return run(&camera->configuration.activate, "activate", more, err);
}

bool hooks_has_probe(const struct camera *camera)
{
    return camera->configuration.probe.count > 0;
}

bool hooks_probe(const struct camera *camera)
{
    struct error err = ERROR_EMPTY;

    return run(&camera->configuration.probe, "probe", NULL, &err);
}
