/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup-camera try HOOK`: runs one hook as an update would, on a camera at rest, and shows what it
 * says. */
#include "base/fd.h"
#include "base/option.h"
#include "camera/restart.h"
#include "camera/run_folder.h"
#include "camera/start.h"
#include "ispup-camera/verbs.h"
#include "update/install/hooks.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* One call of the verb; all borrowed. */
struct attempt {
    const struct camera *camera;
    const struct journal_record *record;
};

static void tell(const char *name, const char *program, const char *last_line)
{
    (void)printf("%s: %s ended with status 0%s%s\n", name, program,
                 last_line[0] != '\0' ? ": " : "", last_line);
}

static bool need_hook(const struct process_command *hook, const char *key, struct error *err)
{
    return hook->count > 0 || error_set(err, ERROR_CONFIGURATION, "%s is not configured", key);
}

static bool run(const struct process_command *hook, const char *name, struct error *err)
{
    char last_line[HOOKS_LINE_SIZE];

    if (!hooks_try(hook, name, last_line, err))
        return false;
    tell(name, hook->arguments[0], last_line);
    return true;
}

/* Only for the bank that starts anyway: another one may hold half an image. */
static bool try_activate(const struct attempt *attempt, struct error *err)
{
    const struct configuration *configuration = &attempt->camera->configuration;
    char last_line[HOOKS_LINE_SIZE];
    bool any = false;

    if (!need_hook(&configuration->activate, "[isp] activate", err))
        return false;
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        const struct journal_content *content = start_content(attempt->record, which);
        unsigned bank_index = content->known ? content->bank_index : 0;

        if (configuration->flash[which].count != 2)
            continue;
        if (!hooks_try_activate(attempt->camera, which, bank_index, last_line, err))
            return error_prefix(err, "%s %u", component_name(which), bank_index);
        (void)printf("%s %u: ", component_name(which), bank_index);
        tell("activate", configuration->activate.arguments[0], last_line);
        any = true;
    }
    return any || error_set(err, ERROR_CONFIGURATION, "no component in [flash] has two banks");
}

/* An ISP that was held must not stay so, also if the terminal is closed meanwhile. */
static bool try_hold(const struct attempt *attempt, struct error *err)
{
    const struct configuration *configuration = &attempt->camera->configuration;
    struct error failure = ERROR_EMPTY;
    bool held, released = true;

    if (!need_hook(&configuration->hold, "[isp] hold", err))
        return false;
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
    held = run(&configuration->hold, "hold", err);
    if (configuration->release.count > 0)
        released = run(&configuration->release, "release", &failure);
    if (!held || released)
        return held;
    return error_pass(err, &failure);
}

static bool try_release(const struct attempt *attempt, struct error *err)
{
    const struct process_command *release = &attempt->camera->configuration.release;

    return need_hook(release, "[isp] release", err) && run(release, "release", err);
}

static bool try_probe(const struct attempt *attempt, struct error *err)
{
    const struct process_command *probe = &attempt->camera->configuration.probe;

    return need_hook(probe, "[isp] probe", err) && run(probe, "probe", err);
}

static bool try_restart(const struct attempt *attempt, struct error *err)
{
    const struct configuration *configuration = &attempt->camera->configuration;

    if (!restart_check_asked(configuration, err))
        return false;
    (void)printf("restart: begins in %u seconds\n", configuration->restart_delay);
    (void)fflush(stdout);
    log_line(&attempt->camera->log, "try restart: restart");
    return restart_begin(configuration, err);
}

static bool try_save_command(const struct attempt *attempt, struct error *err)
{
    const struct settings settings = camera_settings(attempt->camera);
    const struct process_command *command = &attempt->camera->configuration.save_command;

    if (!need_hook(command, "[settings] save-command", err) || !settings_save(&settings, err))
        return false;
    tell("save-command", command->arguments[0], "");
    return true;
}

static const struct trial {
    const char *name;
    bool is_lasting; /* done for good: asks for --really */
    bool (*run)(const struct attempt *attempt, struct error *err);
} trials[] = {
    {"activate", false, try_activate}, {"hold", false, try_hold},
    {"release", false, try_release},   {"probe", false, try_probe},
    {"restart", true, try_restart},    {"save-command", true, try_save_command},
};

static const struct trial *find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(trials); i++)
        if (strcmp(name, trials[i].name) == 0)
            return &trials[i];
    return NULL;
}

/* NULL: refused. */
static const struct trial *take_words(const struct verb_call *call, struct error *err)
{
    struct option options[] = {{.limit = 1}, {.name = "really", .is_flag = true}};
    const struct trial *trial;

    if (!option_parse(call->count, call->words, options, COUNT_OF(options), err) ||
        !option_need(&options[0], "a hook: activate, hold, release, probe, restart or save-command",
                     err))
        return NULL;
    trial = find(option_value(&options[0]));
    if (trial == NULL)
        (void)error_set(err, ERROR_USAGE, "no hook %s", option_value(&options[0]));
    if (trial == NULL || !trial->is_lasting || options[1].count > 0)
        return trial;
    (void)error_set(err, ERROR_USAGE, "%s changes the camera: add --really", trial->name);
    return NULL;
}

bool verb_try(struct verb_call *call, struct error *err)
{
    const struct camera *camera = invocation_of(call)->camera;
    CLEANUP(fd_close) int lock = FD_NONE;
    struct journal_record record;
    const struct attempt attempt = {camera, &record};
    const struct trial *trial = take_words(call, err);

    if (trial == NULL || !run_folder_lock(camera->configuration.run, &lock, err) ||
        !camera_read_journal(camera, &record, err))
        return false;
    if (record.state != JOURNAL_IDLE)
        return error_set(err, ERROR_BUSY, "an update is %s: let the camera finish it first",
                         journal_state_name(record.state));
    return trial->run(&attempt, err);
}
