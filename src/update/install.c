/* SPDX-License-Identifier: Apache-2.0 */
#include "update/install.h"

#include "base/fd.h"
#include "camera/restart.h"
#include "camera/run.h"
#include "protocol/reply.h"
#include "update/adopt.h"
#include "update/commit.h"
#include "update/intake.h"
#include "update/outcome.h"
#include "update/policy.h"
#include "update/rest.h"
#include "update/rollback.h"
#include "update/spool.h"

#include <inttypes.h>
#include <stdio.h>

enum { REPLY_SECONDS = 10 };

static void tell(const struct camera *camera, enum run_stage stage,
                 const struct journal_record *record)
{
    const struct run_progress progress = {.stage = stage,
                                          .percent = 100,
                                          .blocks_written = record->blocks_written,
                                          .blocks_total = record->blocks_total};

    run_tell(camera->configuration.run, &progress);
}

/* The installer's part of the way of one update, one call a step. `record` is the journal's, as far
 * as the update has come. */
static bool install_image(struct install_task *task, struct journal_record *record,
                          struct error *err)
{
    const struct camera *camera = task->camera;
    struct intake intake = intake_of(camera, &task->records, task->family, task->length);
    struct policy policy;
    struct checked_image image;
    struct plan plan;
    struct staged_image staged;
    struct prepared_update prepared;

    if (!policy_open(camera, record, &policy, err))
        return false;
    if (!intake_check(&intake, &policy.image, &image, err))
        return false;
    if (!adopt_where_new(camera, record, err))
        return false;
    if (!plan_make(camera, record, &image, &plan, err))
        return false;
    if (!stage_components(camera, &plan, &intake, &staged, err))
        return false;
    tell(camera, RUN_CHECKING, &staged.record);
    if (!commit_prepare(camera, &staged, &prepared, err))
        return false;
    tell(camera, RUN_WRITING, &prepared.record);
    if (!commit_begin(camera, &prepared, record, err))
        return false;
    if (!commit_write(camera, record, false, err))
        return false;
    if (!commit_switch(camera, record, err))
        return false;
    tell(camera, RUN_RESTARTING, record);
    return true;
}

/* `release` need not start the ISP again. */
static bool was_held(const struct camera *camera, const struct journal_record *record)
{
    bool any = false;

    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        any = any || camera_overwrites(camera, record, which);
    return any && camera->configuration.hold.count > 0;
}

/* Behind the commit only `activate` and the settings can fail: then the old image comes back whole.
 * True where the camera must restart all the same. */
static bool roll_back(const struct camera *camera, struct journal_record *record, const char *why)
{
    bool must_restart = was_held(camera, record);
    struct error err = ERROR_EMPTY;

    if (!rollback_begin(camera, record, why, &err) || !rollback_carry_through(camera, record, &err))
        log_line(&camera->log, "rollback: %s", err.text);
    return must_restart || record->state != JOURNAL_IDLE;
}

/* The record stays "writing": the next boots try again. */
static bool tell_next_boots(const struct camera *camera, struct journal_record *record,
                            const char *line, struct error *err)
{
    (void)snprintf(record->result, sizeof(record->result), "%s", line);
    return camera_write_journal(camera, record, err);
}

/* Leaves the journal at rest where the update can't go on; true where the next boots have to, or
 * have to start the ISP. */
static bool leave_failed(const struct camera *camera, const struct error *cause)
{
    char line[REPLY_TEXT_LIMIT + 1];
    struct journal_record record;
    struct error err = ERROR_EMPTY;

    reply_error_line(cause, line);
    log_line(&camera->log, "update refused: %s", line);
    if (!camera_read_journal(camera, &record, &err)) {
        log_line(&camera->log, "%s", err.text);
        return false;
    }
    if (record.state == JOURNAL_INSTALLED)
        return roll_back(camera, &record, line);
    if (record.state == JOURNAL_WRITING ? !tell_next_boots(camera, &record, line, &err)
                                        : !stage_abandon(camera, &record, line, &err))
        log_line(&camera->log, "after a refused update: %s", err.text);
    return record.state != JOURNAL_IDLE;
}

/* The camera is at rest, and what a dead holder of the lock left is gone. */
static bool begin(const struct camera *camera, struct journal_record *record, struct error *err)
{
    if (!camera_read_journal(camera, record, err) || !rest_check(record, err))
        return false;
    return stage_abandon(camera, record, "ERROR: update ended before its commit", err);
}

static void restart(struct install_task *task)
{
    const struct camera *camera = task->camera;
    struct error err = ERROR_EMPTY;

    /* The front hangs up when its reply has left, or has gone long ago. */
    (void)fd_wait_hangup(task->front, REPLY_SECONDS * 1000);
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
        *must_restart = leave_failed(camera, err);
        return false;
    }
    *must_restart = true;
    log_line(&camera->log,
             "update %" PRIu64 " installed, %" PRIu64 " of %" PRIu64 " blocks written",
             record.update, record.blocks_written, record.blocks_total);
    return true;
}

int install_run(struct install_task *task)
{
    const char *run = task->camera->configuration.run;
    struct error err = ERROR_EMPTY;
    bool must_restart;
    bool installed = install_update(task, &must_restart, &err);

    if (!must_restart)
        run_forget(run);
    /* The worker must not wait for a reader any more: it has the rest of the body to drop. */
    fd_close(&task->records.fd);
    outcome_tell(task->front, installed ? NULL : &err);
    if (must_restart)
        restart(task);
    run_forget(run);
    fd_close(&task->front);
    fd_close(&task->lock);
    return installed ? 0 : 1;
}
