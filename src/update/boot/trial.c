/* SPDX-License-Identifier: Apache-2.0 */
#include "update/boot/trial.h"

#include "base/clock.h"
#include "base/fd.h"
#include "camera/restart.h"
#include "camera/run_folder.h"
#include "camera/start.h"
#include "update/install/commit.h"
#include "update/install/hooks.h"
#include "update/install/rollback.h"

#include <stdio.h>

enum { LOCK_SECONDS = 60, PROBE_TEXT = 80 };

/* `why` is what the probe said last. */
static bool probe(const struct camera *camera, struct error *why)
{
    uint64_t deadline = clock_milliseconds() + camera->configuration.trial_seconds * UINT64_C(1000);

    if (!hooks_has_probe(camera))
        return true;
    while (!hooks_probe(camera, why)) {
        if (clock_milliseconds() >= deadline)
            return false;
        clock_sleep(1000);
    }
    return true;
}

/* A SAVE holds the lock for a moment only. */
static bool wait_for_lock(const struct camera *camera, int *lock, struct error *err)
{
    for (unsigned i = 0; i < LOCK_SECONDS; i++) {
        if (run_folder_lock(camera->configuration.run, lock, err))
            return true;
        if (err->kind != ERROR_BUSY)
            return false;
        clock_sleep(1000);
    }
    return false;
}

/* Restarts in any case: the next boot goes on with an incomplete rollback. */
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

#define PROBE_FAILED "the probe failed"

static bool give_up(const struct camera *camera, struct journal_record *record,
                    const struct error *probed, enum trial_outcome *outcome, struct error *err)
{
    struct error cause = ERROR_EMPTY;
    struct span told = span_text(probed->text);
    char why[JOURNAL_RESULT_SIZE + 1];

    (void)span_skip(&told, "probe: ");
    *outcome = TRIAL_ROLLED_BACK;
    (void)snprintf(why, sizeof(why), "ERROR: image rolled back: " PROBE_FAILED ": %.*s",
                   (int)told.size, (const char *)told.data);
    if (rollback_changes_image(record, &cause) && rollback_begin(camera, record, why, &cause))
        return roll_back(camera, record, err);
    if (cause.kind == ERROR_JOURNAL)
        return error_pass(err, &cause);
    *outcome = TRIAL_KEPT;
    (void)snprintf(why, sizeof(why), PROBE_FAILED ": %.*s", (int)span_first(told, PROBE_TEXT).size,
                   (const char *)told.data);
    return commit_keep_unconfirmed(camera, record, why, &cause, err);
}

/* An unconfirmed image is probed again at each boot. */
static bool is_probed(const struct camera *camera, const struct journal_record *record)
{
    return start_is_unconfirmed(record) ||
           (start_is_on_trial(record) && commit_is_started(camera, record));
}

/* `probed`: why the probe failed; NULL if it succeeded. */
static bool decide(const struct camera *camera, const struct error *probed, uint64_t update,
                   enum trial_outcome *outcome, struct error *err)
{
    CLEANUP(fd_close) int lock = FD_NONE;
    struct journal_record record;

    if (!wait_for_lock(camera, &lock, err) || !camera_read_journal(camera, &record, err))
        return false;
    *outcome = TRIAL_NONE;
    if (!is_probed(camera, &record) || record.update != update)
        return true; /* confirmed, rolled back or updated meanwhile */
    if (probed == NULL) {
        *outcome = TRIAL_CONFIRMED;
        return commit_confirm(camera, &record, err);
    }
    *outcome = TRIAL_KEPT; /* an image that was not confirmed before: nothing is written */
    return start_is_unconfirmed(&record) || give_up(camera, &record, probed, outcome, err);
}

bool trial_run(const struct camera *camera, enum trial_outcome *outcome, struct error *err)
{
    struct journal_record record;
    struct error probed = ERROR_EMPTY;

    *outcome = TRIAL_NONE;
    if (!camera_read_journal(camera, &record, err))
        return false;
    if (!is_probed(camera, &record))
        return true;
    *outcome = TRIAL_INCOMPLETE;
    if (run_folder_has_note(camera->configuration.run, RUN_FOLDER_INCOMPLETE))
        return true;
    if (probe(camera, &probed))
        return decide(camera, NULL, record.update, outcome, err);
    log_line(&camera->log, "trial: %s", probed.text);
    return decide(camera, &probed, record.update, outcome, err);
}
