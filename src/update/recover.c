/* SPDX-License-Identifier: Apache-2.0 */
#include "update/recover.h"

#include "protocol/reply.h"
#include "update/commit.h"
#include "update/rollback.h"
#include "update/stage.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define INTERRUPTED "ERROR: update was interrupted before its commit: upload it again"
#define UNCONFIRMED "ERROR: image rolled back: not confirmed within 2 boots"
#define NOT_CONFIRMED "image not confirmed within 2 boots"
#define NOT_WRITTEN "ERROR: image rolled back: not written within %d boots"
#define GIVEN_UP "given up after %d boots, mend the flash and run ispup-camera recover --retry"

/* What one state's step did: a few words for the line. */
struct recovery {
    const struct camera *camera;
    struct journal_record record;
    char done[ERROR_TEXT_SIZE];
};

static void say(struct recovery *recovery, const char *done)
{
    (void)snprintf(recovery->done, sizeof(recovery->done), "%s", done);
}

static void set_result(struct recovery *recovery, const char *result)
{
    (void)snprintf(recovery->record.result, sizeof(recovery->record.result), "%s", result);
}

/* Each boot's try is counted before it begins, so that one that hangs or crashes counts too. */
static bool count_attempt(struct recovery *recovery, struct error *err)
{
    if (recovery->record.attempts >= RECOVER_ATTEMPTS)
        return error_set(err, ERROR_FLASH, GIVEN_UP, RECOVER_ATTEMPTS);
    recovery->record.attempts++;
    return camera_write_journal(recovery->camera, &recovery->record, err);
}

/* What a person reads in ISP_RESULT, now or when it was the last try. */
static bool tell_failed_attempt(struct recovery *recovery, const struct error *cause)
{
    struct error ignored = ERROR_EMPTY;
    char line[REPLY_TEXT_LIMIT + 1];
    struct error told = *cause;

    if (recovery->record.attempts >= RECOVER_ATTEMPTS)
        (void)error_prefix(&told, GIVEN_UP, RECOVER_ATTEMPTS);
    reply_error_line(&told, line);
    set_result(recovery, line);
    if (!camera_write_journal(recovery->camera, &recovery->record, &ignored))
        log_line(&recovery->camera->log, "%s", ignored.text);
    return false;
}

static bool roll_back(struct recovery *recovery, const char *why, struct error *err)
{
    if (!rollback_begin(recovery->camera, &recovery->record, why, err) ||
        !rollback_carry_through(recovery->camera, &recovery->record, err))
        return false;
    say(recovery, "rolled back to the image before");
    return true;
}

static bool leave_staging(struct recovery *recovery, struct error *err)
{
    say(recovery, "dropped an update that was not committed");
    return stage_abandon(recovery->camera, &recovery->record, INTERRUPTED, err);
}

static bool is_same_boot(const struct recovery *recovery)
{
    char boot_id[JOURNAL_BOOT_SIZE + 1];

    camera_boot_id(recovery->camera, boot_id);
    return boot_id[0] != '\0' && strcmp(boot_id, recovery->record.boot_id) == 0;
}

static bool count_boot(struct recovery *recovery, struct error *err)
{
    if (is_same_boot(recovery))
        return true;
    recovery->record.boots++;
    camera_boot_id(recovery->camera, recovery->record.boot_id);
    return camera_write_journal(recovery->camera, &recovery->record, err);
}

/* No way back: the new image stays, and the camera stays open to another update. */
static bool keep_failed(struct recovery *recovery, const struct error *cause, struct error *err)
{
    if (!commit_keep_failed(recovery->camera, &recovery->record, NOT_CONFIRMED, cause, err))
        return false;
    say(recovery, recovery->record.result);
    return true;
}

static bool end_trial(struct recovery *recovery, struct error *err)
{
    struct error cause = ERROR_EMPTY;

    if (!rollback_begin(recovery->camera, &recovery->record, UNCONFIRMED, &cause))
        return cause.kind == ERROR_JOURNAL ? error_pass(err, &cause)
                                           : keep_failed(recovery, &cause, err);
    say(recovery, "rolled back to the image before");
    return rollback_carry_through(recovery->camera, &recovery->record, err);
}

static bool start_trial(struct recovery *recovery, struct error *err)
{
    struct error cause = ERROR_EMPTY;
    char why[JOURNAL_RESULT_SIZE + 1];

    if (recovery->record.trial && recovery->record.boots >= RECOVER_BOOTS &&
        !is_same_boot(recovery))
        return end_trial(recovery, err);
    /* Counted before anything is done: where the journal cannot be written, nothing else is. */
    if (!count_boot(recovery, err))
        return false;
    if (!commit_switch(recovery->camera, &recovery->record, &cause)) {
        if (cause.kind == ERROR_JOURNAL)
            return error_pass(err, &cause);
        (void)snprintf(why, sizeof(why), "ERROR: image rolled back: %.160s", cause.text);
        return roll_back(recovery, why, err);
    }
    say(recovery, recovery->record.state == JOURNAL_IDLE ? "settings saved, nothing to try"
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

/* What cannot be written forth can perhaps be written back: the old image's copies may be whole
 * where the staged files are not, and a worn block may lie behind the old image's end. False: there
 * is no way back, and the record is as it was. `cause` is empty where the last try never ended. */
static bool turn_back(struct recovery *recovery, const struct error *cause)
{
    const struct journal_record writing = recovery->record;
    struct error no_way = ERROR_EMPTY;
    char why[JOURNAL_RESULT_SIZE + 1];

    (void)snprintf(why, sizeof(why), NOT_WRITTEN "%s%.120s", RECOVER_ATTEMPTS,
                   cause->text[0] == '\0' ? "" : ": ", cause->text);
    if (rollback_begin(recovery->camera, &recovery->record, why, &no_way))
        return true;
    log_line(&recovery->camera->log, "%s", no_way.text);
    recovery->record = writing;
    return false;
}

static bool finish_writing(struct recovery *recovery, struct error *err)
{
    struct error cause = ERROR_EMPTY;

    if (recovery->record.attempts < RECOVER_ATTEMPTS) {
        if (!count_attempt(recovery, err))
            return false;
        if (commit_write(recovery->camera, &recovery->record, true, &cause))
            return start_trial(recovery, err);
        (void)error_pass(err, &cause);
        if (recovery->record.attempts < RECOVER_ATTEMPTS)
            return tell_failed_attempt(recovery, err);
    }
    if (turn_back(recovery, &cause))
        return finish_rollback(recovery, err);
    return cause.text[0] == '\0' ? error_set(err, ERROR_FLASH, GIVEN_UP, RECOVER_ATTEMPTS)
                                 : tell_failed_attempt(recovery, err);
}

/* A SAVE that was cut: whatever the journal says. */
static bool finish_save(const struct recovery *recovery, struct error *err)
{
    const struct settings settings =
        settings_of(&recovery->camera->configuration, recovery->camera->store);

    return settings_recover(&settings, err);
}

/* How the last update ended: after a rollback and its restart no other line of the log says so. */
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

/* Where it fails the record that counts does all the same, and an idle camera starts. */
static void double_journal(const struct camera *camera)
{
    struct error why = ERROR_EMPTY;

    if (!journal_double(camera->store, camera->configuration.work, &why))
        log_line(&camera->log, "%s", why.text);
}

enum recover_status recover(const struct camera *camera, bool retry, char *line, size_t capacity)
{
    struct recovery recovery = {.camera = camera};
    struct error err = ERROR_EMPTY;
    const char *found;

    double_journal(camera);
    if (!camera_read_journal(camera, &recovery.record, &err)) {
        (void)snprintf(line, capacity, "%s", err.text);
        return RECOVER_LOST;
    }
    found = journal_state_name(recovery.record.state);
    if (retry)
        recovery.record.attempts = 0;
    if (!carry_on(&recovery, &err) || !finish_save(&recovery, &err)) {
        (void)snprintf(line, capacity, "update %" PRIu64 " was %s: cannot be finished: %s",
                       recovery.record.update, found, err.text);
        return RECOVER_CANNOT;
    }
    (void)snprintf(line, capacity, "update %" PRIu64 " was %s: %s", recovery.record.update, found,
                   recovery.done);
    return RECOVER_FINE;
}
