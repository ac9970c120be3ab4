/* SPDX-License-Identifier: Apache-2.0 */
#include "update/front/errand.h"

#include "base/fd.h"
#include "camera/restart.h"
#include "camera/run_folder.h"
#include "protocol/reply.h"

/* A rollback restarts the camera too, but that is not all it does. */
static bool check_restart(const struct camera *camera, const struct processes_errand *errand,
                          struct error *err)
{
    if (!errand->restarts)
        return true;
    return errand->work == PROCESSES_ROLL_BACK ? restart_check(&camera->configuration, err)
                                               : restart_check_asked(&camera->configuration, err);
}

static const struct row {
    enum command_action action;
    struct processes_errand errand;
} rows[] = {
    {ACTION_SAVE, {PROCESSES_SAVE, false}},       {ACTION_REBOOT, {PROCESSES_NOTHING, true}},
    {ACTION_SAVE_REBOOT, {PROCESSES_SAVE, true}}, {ACTION_ROLLBACK, {PROCESSES_ROLL_BACK, true}},
    {ACTION_CONFIRM, {PROCESSES_CONFIRM, false}},
};

static const struct processes_errand *find(enum command_action action)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (rows[i].action == action)
            return &rows[i].errand;
    return NULL;
}

bool errand_answer(const struct front *front, struct processes *processes, struct error *err)
{
    const struct processes_errand *errand = find(front->command->action);
    const struct camera *camera = &front->camera;
    CLEANUP(fd_close) int lock = FD_NONE;

    if (errand == NULL)
        return error_set(err, ERROR_REQUEST, "%s not found", front->command->name);
    if (errand->work == PROCESSES_ROLL_BACK &&
        !configuration_accepts_rollback(&camera->configuration))
        return error_set(err, ERROR_REQUEST, "rollback: not accepted over HTTP by this camera");
    if (!run_folder_lock(camera->configuration.run, &lock, err))
        return false;
    if (!check_restart(camera, errand, err))
        return false;
    log_line(&camera->log, "%s by %s", front->command->name, front->grant.account);
    return processes_run(camera, errand, &lock, processes, err) &&
           reply_line(front->out, "OK", err);
}
