/* SPDX-License-Identifier: Apache-2.0 */
#include "update/install/install.h"

#include "base/fd.h"
#include "camera/restart.h"
#include "camera/run_folder.h"
#include "camera/start.h"
#include "protocol/reply.h"
#include "update/admit.h"
#include "update/install/adopt.h"
#include "update/install/commit.h"
#include "update/install/intake.h"
#include "update/install/policy.h"
#include "update/install/rollback.h"
#include "update/outcome.h"

#include <inttypes.h>
#include <stdio.h>

enum { REPLY_SECONDS = 10 };

static void tell(const struct camera *camera, enum run_folder_stage stage,
                 const struct journal_record *record)
{
    const struct run_folder_progress progress = {.stage = stage,
                                                 .percent = 100,
                                                 .blocks_written = record->blocks_written,
                                                 .blocks_total = record->blocks_total};

    run_folder_write_progress(camera->configuration.run, &progress);
}

/* The installer's part of one update, one call a step. `record` is always the journal's latest. */
static bool install_image(struct install_task *task, struct journal_record *record,
                          struct error *err)
{
    const struct camera *camera = task->camera;
    const struct settings settings = camera_settings(camera);
    struct intake intake = intake_of(camera, &task->frames, task->family, task->length);
    struct policy policy;
    struct checked_image image;
    struct plan plan;
    struct staged_image staged;
    struct prepared_update prepared;

    if (!policy_open(camera, record, &policy, err))
        return false;
    if (!intake_check(&intake, &policy.image, &image, err))
        return false;
    if (!adopt_before_update(camera, &image.descriptor, record, err))
        return false;
    if (!plan_make(camera, record, &image, &plan, err))
        return false;
    if (!settings_check(&settings, err))
        return false;
    if (!stage_components(camera, &plan, &intake, &staged, err))
        return false;
    tell(camera, RUN_FOLDER_CHECKING, &staged.record);
    if (!commit_prepare(camera, &staged, &prepared, err))
        return false;
    tell(camera, RUN_FOLDER_WRITING, &prepared.record);
    if (!commit_begin(camera, &prepared, record, err))
        return false;
    if (!commit_write(camera, record, false, err))
        return false;
    if (!commit_switch(camera, record, err))
        return false;
    tell(camera, RUN_FOLDER_RESTARTING, record);
    return true;
}

/* The record stays "writing": the next boots try again, and the status tells the cause. */
static bool tell_next_boots(const struct camera *camera, struct journal_record *record,
                            const char *line, struct error *err)
{
    (void)snprintf(record->result, sizeof(record->result), "%s", line);
    return camera_write_journal(camera, record, err);
}

/* After the commit point only `activate` and the settings can fail. Then the old image comes back
 * whole. True: the camera must still restart. */
static bool roll_back(const struct camera *camera, struct journal_record *record, const char *why)
{
    bool must_restart = commit_held(camera, record);
    struct error err = ERROR_EMPTY;
    bool done =
        rollback_begin(camera, record, why, &err) && rollback_carry_through(camera, record, &err);

    if (!done)
        log_line(&camera->log, "rollback: %s", err.text);
    /* No way back: the first cause must not be lost. */
    if (record->state == JOURNAL_INSTALLED && !tell_next_boots(camera, record, why, &err))
        log_line(&camera->log, "%s", err.text);
    return must_restart || !done;
}

/* After a failure: brings the journal back to idle if possible. True: a restart is needed, to go on
 * with the update or to start the ISP. `last` is the record that the update wrote or tried to write
 * last: it decides if the journal cannot be read. */
static bool leave_failed(const struct camera *camera, const struct journal_record *last,
                         const struct error *cause)
{
    char line[REPLY_TEXT_LIMIT + 1];
    struct journal_record record;
    struct error err = ERROR_EMPTY;
    bool left;

    reply_error_line(cause, line);
    log_line(&camera->log, "update refused: %s", line);
    if (!camera_read_journal_even_lost(camera, &record, &err)) {
        log_line(&camera->log, "%s", err.text);
        return last->state != JOURNAL_IDLE;
    }
    if (start_is_given_up(&record))
        return false; /* as it was before this update */
    if (record.state == JOURNAL_INSTALLED)
        return roll_back(camera, &record, line);
    if (record.state == JOURNAL_WRITING)
        left = tell_next_boots(camera, &record, line, &err);
    else
        left = stage_abandon(camera, &record, line, &err);
    if (!left)
        log_line(&camera->log, "cleaning up after a refused update: %s", err.text);
    return record.state != JOURNAL_IDLE;
}

/* Refuses if the journal admits no update. Removes what a killed installer has left. */
static bool begin(const struct camera *camera, struct journal_record *record, struct error *err)
{
    if (!camera_check_places(camera, err))
        return error_prefix(err, "configuration");
    if (!camera_read_journal_even_lost(camera, record, err) || !admit_update(record, err))
        return false;
    if (start_is_given_up(record)) {
        adopt_forget(record); /* its files stay until the commit, for `recover --retry` */
        return true;
    }
    return stage_abandon(camera, record, "ERROR: update ended before its commit", err);
}

void install_restart(const struct camera *camera, int front)
{
    struct error err = ERROR_EMPTY;

    /* The front closes its end after the reply has left, or when it is killed. */
    (void)fd_wait_hangup(front, REPLY_SECONDS * 1000);
    log_line(&camera->log, "restart");
    if (!restart_begin(&camera->configuration, &err))
        log_line(&camera->log, "restart: %s", err.text);
}

bool install_update(struct install_task *task, bool *must_restart, struct error *err)
{
    const struct camera *camera = task->camera;
    struct journal_record record;

    *must_restart = false;
    if (!begin(camera, &record, err))
        return false;
    if (!install_image(task, &record, err)) {
        *must_restart = leave_failed(camera, &record, err);
        return false;
    }
    *must_restart = true;
    log_line(&camera->log,
             "update %" PRIu64 " installed, %" PRIu64 " of %" PRIu64 " blocks written",
             record.update, record.blocks_written, record.blocks_total);
    return true;
}

static void give_up_lock(struct install_task *task)
{
    run_folder_clear_progress(task->camera->configuration.run);
    fd_close(&task->lock);
}

int install_run(struct install_task *task)
{
    struct error err = ERROR_EMPTY;
    bool must_restart;
    bool installed = install_update(task, &must_restart, &err);

    if (!must_restart)
        give_up_lock(task); /* before the reply: its reader may send another request at once */
    /* The worker must not block on this pipe any more: it has to drain the body. */
    fd_close(&task->frames.fd);
    outcome_tell(task->front, installed ? NULL : &err);
    if (must_restart) {
        install_restart(task->camera, task->front);
        give_up_lock(task);
    }
    fd_close(&task->front);
    return installed ? 0 : 1;
}
