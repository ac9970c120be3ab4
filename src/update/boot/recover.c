/* SPDX-License-Identifier: Apache-2.0 */
#include "update/boot/recover.h"

#include "camera/run_folder.h"
#include "camera/start.h"
#include "protocol/reply.h"
#include "update/install/commit.h"
#include "update/install/rollback.h"
#include "update/install/stage.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define UNCONFIRMED "ERROR: image rolled back: not confirmed within 2 boots"
#define NOT_CONFIRMED "image not confirmed within 2 boots"
#define NOT_WRITTEN "ERROR: image rolled back: not written within %d boots"

/* The record, and a few words about what was done with it. */
struct recovery {
    const struct camera *camera;
    struct journal_record record;
    char done[ERROR_TEXT_SIZE];
};

static void say(struct recovery *recovery, const char *done)
{
    (void)snprintf(recovery->done, sizeof(recovery->done), "%s", done);
}

/* Count an attempt before it begins, so that one that hangs or crashes counts too. */
static bool count_attempt(struct recovery *recovery, struct error *err)
{
    if (start_is_given_up(&recovery->record))
        return error_set(err, ERROR_FLASH, START_GIVEN_UP, JOURNAL_ATTEMPTS);
    recovery->record.attempts++;
    return camera_write_journal(recovery->camera, &recovery->record, err);
}

static bool has_failed(const struct recovery *recovery)
{
    return span_begins(span_text(recovery->record.result), "ERROR");
}

/* ISP_RESULT keeps the first cause: after a cut there may be none yet. */
static bool tell_failed_attempt(struct recovery *recovery, const struct error *cause)
{
    struct error ignored = ERROR_EMPTY;
    char line[REPLY_TEXT_LIMIT + 1];

    if (has_failed(recovery))
        return false;
    reply_error_line(cause, line);
    (void)snprintf(recovery->record.result, sizeof(recovery->record.result), "%s", line);
    if (!camera_write_journal(recovery->camera, &recovery->record, &ignored))
        log_line(&recovery->camera->log, "%s", ignored.text);
    return false;
}

static bool roll_back(struct recovery *recovery, const char *why, struct error *err)
{
    if (!rollback_begin_at_boot(recovery->camera, &recovery->record, why, err) ||
        !rollback_carry_through(recovery->camera, &recovery->record, err))
        return false;
    say(recovery, "rolled back to the image before");
    return true;
}

static bool leave_staging(struct recovery *recovery, struct error *err)
{
    say(recovery, "dropped an update that was not committed");
    return stage_abandon(recovery->camera, &recovery->record, START_INTERRUPTED, err);
}

static bool is_counted(const struct recovery *recovery)
{
    return camera_compare_boot(recovery->camera, recovery->record.boot_id) == CAMERA_BOOT_THIS;
}

/* `recover` was run by hand after the commit, and the camera has not restarted since. If the boot
 * id is the same at every boot, only the note in RAM shows a restart. */
static bool is_before_restart(const struct recovery *recovery)
{
    return run_folder_has_note(recovery->camera->configuration.run, RUN_FOLDER_COMMITTED) &&
           start_was_changed(recovery->camera, &recovery->record);
}

static bool count_boot(struct recovery *recovery, struct error *err)
{
    if (is_counted(recovery) || is_before_restart(recovery))
        return true;
    recovery->record.boots++;
    camera_boot_id(recovery->camera, recovery->record.boot_id);
    return camera_write_journal(recovery->camera, &recovery->record, err);
}

/* There is no way back: the new image stays, and the camera accepts another update. */
static bool keep_unconfirmed(struct recovery *recovery, const struct error *cause,
                             struct error *err)
{
    if (!commit_keep_unconfirmed(recovery->camera, &recovery->record, NOT_CONFIRMED, cause, err))
        return false;
    say(recovery, recovery->record.result);
    return true;
}

static bool end_trial(struct recovery *recovery, struct error *err)
{
    struct error cause = ERROR_EMPTY;

    if (!rollback_changes_image(&recovery->record, &cause) ||
        !rollback_begin_at_boot(recovery->camera, &recovery->record, UNCONFIRMED, &cause))
        return cause.kind == ERROR_JOURNAL ? error_pass(err, &cause)
                                           : keep_unconfirmed(recovery, &cause, err);
    say(recovery, "rolled back to the image before");
    return rollback_carry_through(recovery->camera, &recovery->record, err);
}

static bool start_trial(struct recovery *recovery, struct error *err)
{
    struct error cause = ERROR_EMPTY;
    char why[JOURNAL_RESULT_SIZE + 1];

    if (recovery->record.trial && recovery->record.boots >= RECOVER_BOOTS && !is_counted(recovery))
        return end_trial(recovery, err);
    /* Count first: if the journal cannot be written, nothing else may be. */
    if (!count_boot(recovery, err))
        return false;
    if (!commit_switch(recovery->camera, &recovery->record, &cause)) {
        if (cause.kind == ERROR_JOURNAL)
            return error_pass(err, &cause);
        (void)snprintf(why, sizeof(why), "ERROR: image rolled back: %.160s", cause.text);
        if (roll_back(recovery, why, err))
            return true;
        (void)error_prefix(err, "%.80s", cause.text);
        return tell_failed_attempt(recovery, &cause);
    }
    say(recovery, recovery->record.state == JOURNAL_IDLE ? "settings saved, nothing to try"
                  : recovery->record.boots == 0          ? "new image starts at the next restart"
                                                         : "new image starts, on trial");
    return true;
}

static bool finish_rollback(struct recovery *recovery, struct error *err)
{
    if (!count_attempt(recovery, err))
        return false;
    if (!rollback_carry_through(recovery->camera, &recovery->record, err))
        return tell_failed_attempt(recovery, err);
    say(recovery, "rolled back to the image before");
    return true;
}

/* If the new image cannot be written, perhaps the old one can: its copies may be whole although the
 * staged files are not, and a worn block may lie after the old image's end. False: there is no way
 * back, and the record is unchanged. `cause` is empty if the last attempt never ended. */
static bool turn_back(struct recovery *recovery, const struct error *cause)
{
    const struct journal_record writing = recovery->record;
    const char *first = has_failed(recovery) ? writing.result + strlen("ERROR: ") : cause->text;
    struct error no_way = ERROR_EMPTY;
    char why[JOURNAL_RESULT_SIZE + 1];

    (void)snprintf(why, sizeof(why), NOT_WRITTEN "%s%.120s", JOURNAL_ATTEMPTS,
                   first[0] == '\0' ? "" : ": ", first);
    recovery->record.result[0] = '\0'; /* the new one holds the first cause too */
    if (rollback_begin_at_boot(recovery->camera, &recovery->record, why, &no_way))
        return true;
    log_line(&recovery->camera->log, "%s", no_way.text);
    recovery->record = writing;
    return false;
}

static bool finish_writing(struct recovery *recovery, struct error *err)
{
    struct error cause = ERROR_EMPTY;

    if (recovery->record.attempts < JOURNAL_ATTEMPTS) {
        if (!count_attempt(recovery, err))
            return false;
        if (commit_write(recovery->camera, &recovery->record, true, &cause))
            return start_trial(recovery, err);
        (void)error_pass(err, &cause);
        if (recovery->record.attempts < JOURNAL_ATTEMPTS)
            return tell_failed_attempt(recovery, err);
    }
    if (turn_back(recovery, &cause))
        return finish_rollback(recovery, err);
    return cause.text[0] == '\0' ? error_set(err, ERROR_FLASH, START_GIVEN_UP, JOURNAL_ATTEMPTS)
                                 : tell_failed_attempt(recovery, err);
}

/* What reads the saved settings must find them, with every journal, also with one that cannot be
 * read. So this is done also after a failure, which counts more: `done` is false then. */
static bool settle_settings(const struct camera *camera, bool done, struct error *err)
{
    const struct settings settings = camera_settings(camera);
    struct error why = ERROR_EMPTY;

    if (settings_recover(&settings, &why))
        return done;
    if (done)
        return error_pass(err, &why);
    log_line(&camera->log, "%s", why.text);
    return false;
}

/* After a rollback and its restart, only this line of the log says how the update ended. */
static void tell_last_end(struct recovery *recovery)
{
    const struct journal_record *record = &recovery->record;
    bool went_well = record->outcome == OUTCOME_CONFIRMED;

    if (record->outcome == OUTCOME_NONE) {
        say(recovery, "nothing to do");
        return;
    }
    (void)snprintf(recovery->done, sizeof(recovery->done), "nothing to do, it ended %s%s%s",
                   journal_outcome_name(record->outcome), went_well ? "" : ": ",
                   went_well ? "" : record->result);
}

static bool carry_on(struct recovery *recovery, struct error *err)
{
    switch (recovery->record.state) {
    case JOURNAL_IDLE:
        tell_last_end(recovery);
        return true;
    case JOURNAL_STAGING:
        return leave_staging(recovery, err);
    case JOURNAL_WRITING:
        return finish_writing(recovery, err);
    case JOURNAL_INSTALLED:
        return start_trial(recovery, err);
    case JOURNAL_ROLLING_BACK:
        return finish_rollback(recovery, err);
    }
    return false;
}

/* A failure is only logged: the valid record still counts, and an idle camera starts. */
static void double_journal(const struct camera *camera)
{
    struct error why = ERROR_EMPTY;

    if (!journal_double(camera->store, camera->configuration.work, &why))
        log_line(&camera->log, "%s", why.text);
}

/* An unconfirmed image whose banks the hardware was not told of yet. */
static bool activate_again(struct recovery *recovery, struct error *err)
{
    return recovery->record.state != JOURNAL_IDLE ||
           commit_activate_all(recovery->camera, &recovery->record, err);
}

static bool finish_all(struct recovery *recovery, struct error *err)
{
    bool done = carry_on(recovery, err) && activate_again(recovery, err);

    return settle_settings(recovery->camera, done, err);
}

enum recover_status recover(const struct camera *camera, bool retry, char *line, size_t capacity)
{
    const char *run = camera->configuration.run;
    struct recovery recovery = {.camera = camera};
    struct error err = ERROR_EMPTY;
    const char *found;

    run_folder_set_note(run, RUN_FOLDER_INCOMPLETE, true); /* now: this process may be killed */
    double_journal(camera);
    if (!camera_read_journal(camera, &recovery.record, &err)) {
        run_folder_set_note(run, RUN_FOLDER_INCOMPLETE, err.kind != ERROR_LOST);
        (void)snprintf(line, capacity, "%s", err.text);
        (void)!settle_settings(camera, false, &err);
        return err.kind == ERROR_LOST ? RECOVER_LOST : RECOVER_UNREADABLE;
    }
    found = journal_state_name(recovery.record.state);
    if (retry)
        recovery.record.attempts = 0;
    if (!finish_all(&recovery, &err)) {
        (void)snprintf(line, capacity, "update %" PRIu64 " was %s: cannot be finished: %s",
                       recovery.record.update, found, err.text);
        return RECOVER_CANNOT;
    }
    run_folder_set_note(run, RUN_FOLDER_INCOMPLETE, false);
    (void)snprintf(line, capacity, "update %" PRIu64 " was %s: %s", recovery.record.update, found,
                   recovery.done);
    return RECOVER_FINE;
}
