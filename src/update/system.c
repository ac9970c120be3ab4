/* SPDX-License-Identifier: Apache-2.0 */
#include "update/system.h"

#include "base/fd.h"
#include "camera/run.h"
#include "protocol/reply.h"
#include "update/body.h"
#include "update/front.h"
#include "update/processes.h"
#include "update/status.h"

#include <stdio.h>

static bool answer_login(const struct front *front, struct error *err)
{
    char line[16];

    (void)snprintf(line, sizeof(line), "LOGIN='%d'", front->grant.level == ACCOUNT_ROOT ? 1 : 2);
    return reply_line(front->out, line, err);
}

static bool answer_lines(const struct front *front,
                         size_t (*lines)(const struct camera *camera, char *text),
                         struct error *err)
{
    char text[STATUS_LOG_SIZE];

    return reply_lines(front->out, span_of(text, lines(&front->camera, text)), err);
}

static bool save(const struct camera *camera, struct error *err)
{
    const struct settings settings = settings_of(&camera->configuration, camera->store);

    return settings_save(&settings, err);
}

static bool answer_lasting(const struct front *front, struct processes *processes,
                           struct error *err)
{
    enum command_action action = front->command->action;
    CLEANUP(fd_close) int lock = FD_NONE;

    if (!run_lock(front->camera.configuration.run, &lock, err))
        return false;
    if (action != ACTION_REBOOT && !save(&front->camera, err))
        return false;
    log_line(&front->camera.log, "%s by %s", front->command->name, front->grant.account);
    if (action != ACTION_SAVE && !processes_restart(&front->camera, &lock, processes, err))
        return false;
    return reply_line(front->out, "OK", err);
}

static bool answer(const struct front *front, struct processes *processes, struct error *err)
{
    switch (front->command->action) {
    case ACTION_LOGIN:
        return answer_login(front, err);
    case ACTION_SYSTEM_INFO:
        return answer_lines(front, status_system_info, err);
    case ACTION_SYSTEM_LOG:
        return answer_lines(front, status_system_log, err);
    default:
        return answer_lasting(front, processes, err);
    }
}

int system_answer(const char *configuration, bool trusted, char *const *environment, int in,
                  int out)
{
    CLEANUP(processes_release) struct processes processes = PROCESSES_NONE;
    CLEANUP(front_close) struct front front = FRONT_NONE;
    struct error err = ERROR_EMPTY;
    struct error lost = ERROR_EMPTY;
    bool done, told;

    front.out = out;
    done = front_open(&front, configuration, trusted, PROGRAM_SYSTEM, environment, &err) &&
           answer(&front, &processes, &err);
    /* The family's own words for a LOGIN that is none. */
    if (err.kind == ERROR_DENIED && front.command != NULL && front.command->action == ACTION_LOGIN)
        (void)error_set(&err, ERROR_DENIED, "bad account/password");
    told = done || reply_error(out, &err, &lost);
    body_drop(in, front.request.length, BODY_STRANGER_SECONDS);
    return told ? 0 : 1;
}
