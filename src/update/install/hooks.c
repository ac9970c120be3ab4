/* SPDX-License-Identifier: Apache-2.0 */
#include "update/install/hooks.h"

#include "base/executable.h"
#include "base/fd.h"
#include "camera/restart.h"

#include <stdio.h>

enum { HOOK_SECONDS = 60 };

static bool run_and_tell(const struct process_command *command, const char *name,
                         const char *const *more, char *last_line, struct error *err)
{
    struct process_outcome outcome;

    last_line[0] = '\0';
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
    (void)snprintf(last_line, HOOKS_LINE_SIZE, "%s", outcome.last_line);
    return true;
}

static bool run(const struct process_command *command, const char *name, const char *const *more,
                struct error *err)
{
    char ignored[HOOKS_LINE_SIZE];

    return run_and_tell(command, name, more, ignored, err);
}

bool hooks_check(const struct camera *camera, struct error *err)
{
    const struct configuration *configuration = &camera->configuration;
    const struct process_command *const commands[] = {&configuration->activate,
                                                      &configuration->hold, &configuration->release,
                                                      &configuration->probe};

    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (commands[i]->count > 0 &&
            !executable_check(commands[i]->arguments[0], ERROR_FLASH, err))
            return false;
    return restart_check(configuration, err);
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

bool hooks_activate(const struct camera *camera, enum component which, unsigned bank_index,
                    struct error *err)
{
    char ignored[HOOKS_LINE_SIZE];

    return hooks_try_activate(camera, which, bank_index, ignored, err);
}

bool hooks_try_activate(const struct camera *camera, enum component which, unsigned bank_index,
                        char last_line[HOOKS_LINE_SIZE], struct error *err)
{
    char number[2] = {(char)('0' + bank_index), '\0'};
    const char *const more[] = {component_name(which), number,
                                camera->configuration.flash[which].bank_names[bank_index], NULL};

    return run_and_tell(&camera->configuration.activate, "activate", more, last_line, err);
}

bool hooks_has_probe(const struct camera *camera)
{
    return camera->configuration.probe.count > 0;
}

bool hooks_probe(const struct camera *camera, struct error *err)
{
    return run(&camera->configuration.probe, "probe", NULL, err);
}

bool hooks_try(const struct process_command *hook, const char *name,
               char last_line[HOOKS_LINE_SIZE], struct error *err)
{
    return run_and_tell(hook, name, NULL, last_line, err);
}
