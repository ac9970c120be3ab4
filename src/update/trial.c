/* SPDX-License-Identifier: Apache-2.0 */
#include "update/trial.h"

#include "base/clock.h"
#include "base/fd.h"
#include "camera/restart.h"
#include "camera/run.h"
#include "update/commit.h"
#include "update/hooks.h"
#include "update/rollback.h"

enum { LOCK_SECONDS = 60 };

static bool probe(const struct camera *camera)
{
    uint64_t deadline = clock_milliseconds() + camera->configuration.trial_seconds * UINT64_C(1000);

    if (!hooks_has_probe(camera))
        return true;
    while (!hooks_probe(camera)) {
        if (clock_milliseconds() >= deadline)
            return false;
        clock_sleep(1000);
    }
    return true;
}

/* Somebody who only saves the settings holds the lock for a moment. */
static bool wait_for_lock(const struct camera *camera, int *lock, struct error *err)
{
    for (unsigned i = 0; i < LOCK_SECONDS; i++) {
        if (run_lock(camera->configuration.run, lock, err))
            return true;
        if (err->kind != ERROR_BUSY)
            return false;
        clock_sleep(1000);
    }
    return false;
}

/* What could not be carried through the next boot goes on with: it restarts in any case. */
static bool roll_back(const struct camera *camera, struct journal_record *record, struct error *err)
{
    struct error failure = ERROR_EMPTY;
    bool done = rollback_carry_through(camera, record, err);

    log_line(&camera->log, "trial: the probe failed: %s, restart",
             done ? "rolled back" : "not rolled back yet");
    if (!restart_begin(&camera->configuration, &failure))
        return done ? error_pass(err, &failure) : error_prefix(err, "%s", failure.text);
    return done;
}

static bool give_up(const struct camera *camera, struct journal_record *record,
                    enum trial_outcome *outcome, struct error *err)
{
    struct error cause = ERROR_EMPTY;

    *outcome = TRIAL_ROLLED_BACK;
    if (rollback_begin(camera, record, "ERROR: image rolled back: the probe failed", &cause))
        return roll_back(camera, record, err);
    if (cause.kind == ERROR_JOURNAL)
        return error_pass(err, &cause);
    *outcome = TRIAL_KEPT;
    return commit_keep_failed(camera, record, "the probe failed", &cause, err);
}

static bool is_on_trial(const struct journal_record *record)
{
    return record->state == JOURNAL_INSTALLED && record->trial && record->boots > 0;
}

static bool decide(const struct camera *camera, bool passed, uint64_t update,
                   enum trial_outcome *outcome, struct error *err)
{
    CLEANUP(fd_close) int lock = FD_NONE;
    struct journal_record record;

    if (!wait_for_lock(camera, &lock, err) || !camera_read_journal(camera, &record, err))
        return false;
    *outcome = TRIAL_NONE;
    if (!is_on_trial(&record) || record.update != update)
        return true; /* confirmed or rolled back by hand meanwhile */
    if (!passed)
        return give_up(camera, &record, outcome, err);
    *outcome = TRIAL_CONFIRMED;
    return commit_confirm(camera, &record, err);
}

bool trial_run(const struct camera *camera, enum trial_outcome *outcome, struct error *err)
{
    struct journal_record record;

    *outcome = TRIAL_NONE;
    if (!camera_read_journal(camera, &record, err))
        return false;
    if (!is_on_trial(&record))
        return true;
    return decide(camera, probe(camera), record.update, outcome, err);
}
