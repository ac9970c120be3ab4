/* SPDX-License-Identifier: Apache-2.0 */
#include "update/install/commit.h"

#include "camera/bank.h"
#include "camera/run_folder.h"
#include "camera/start.h"
#include "protocol/reply.h"
#include "update/install/hooks.h"
#include "update/install/work_folder.h"
#include "update/install/write_bank.h"

#include <stdio.h>
#include <string.h>

/* A single bank is written after the commit. It must not fail for lack of room then, although
 * staged files and copies may lie on the same file system. */
static bool reserve_banks(const struct camera *camera, const struct journal_record *record,
                          struct error *err)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        const struct journal_content *target = &record->components[which].target;

        if (camera_overwrites(camera, record, which) &&
            !write_bank_reserve(camera, which, target->bank_index, target->size, err))
            return error_prefix(err, "%s", component_name(which));
    }
    return true;
}

bool commit_prepare(const struct camera *camera, const struct staged_image *staged,
                    struct prepared_update *prepared, struct error *err)
{
    const struct settings settings = camera_settings(camera);

    prepared->record = staged->record;
    prepared->record.has_settings = settings_are_ours(&settings);
    return reserve_banks(camera, &staged->record, err) && hooks_check(camera, err) &&
           settings_prepare(&settings, &prepared->record.settings, err);
}

static void set_result(struct journal_record *record, const char *result)
{
    (void)snprintf(record->result, sizeof(record->result), "%s", result);
}

static void draft(const struct camera *camera, const struct prepared_update *prepared,
                  struct journal_record *record)
{
    *record = prepared->record;
    start_keep_running(camera, record);
    /* Without a journal nothing says from which bank the hardware starts. */
    record->activate_failed = record->activate_failed || record->lost;
    record->lost = false;
    record->state = JOURNAL_INSTALLED;
    /* The same bytes again: the image that runs is confirmed only if it was before. */
    record->trial = !record->running.confirmed;
    record->boots = 0;
    record->attempts = 0;
    record->boot_id[0] = '\0';
    record->result[0] = '\0';
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        record->trial = record->trial || record->components[which].written;
        if (camera_overwrites(camera, record, which))
            record->state = JOURNAL_WRITING;
    }
    if (record->state == JOURNAL_INSTALLED)
        set_result(record, "OK");
}

/* `hold` runs before the record is written: if it fails, the update is simply refused. */
bool commit_begin(const struct camera *camera, const struct prepared_update *prepared,
                  struct journal_record *record, struct error *err)
{
    bool holds;

    draft(camera, prepared, record);
    holds = record->state == JOURNAL_WRITING;
    if ((!holds || hooks_hold(camera, err)) && camera_write_journal(camera, record, err)) {
        run_folder_set_note(camera->configuration.run, RUN_FOLDER_COMMITTED, true);
        return true;
    }
    if (holds)
        hooks_release(camera);
    return false;
}

bool commit_held(const struct camera *camera, const struct journal_record *record)
{
    bool any = false;

    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        any = any || camera_overwrites(camera, record, which);
    return any && camera->configuration.hold.count > 0;
}

static bool write_one(const struct camera *camera, struct journal_record *record,
                      enum component which, bool again, struct error *err)
{
    const struct journal_component *component = &record->components[which];
    struct write_bank writing = {
        .which = which,
        .bank_index = component->target.bank_index,
        .known.size = !again && component->running.known ? component->running.size : 0,
    };
    char path[FILE_PATH_SIZE];

    if (!work_folder_staged_path(camera, record, which, path, err) ||
        !write_bank_from_file(camera, path, &component->target, &writing, err))
        return error_prefix(err, "%s", component_name(which));
    record->blocks_written += writing.written;
    record->blocks_total += writing.total;
    return true;
}

static bool write_all(const struct camera *camera, struct journal_record *record, bool again,
                      struct error *err)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        if (camera_overwrites(camera, record, which) &&
            !write_one(camera, record, which, again, err))
            return false;
    return true;
}

bool commit_write(const struct camera *camera, struct journal_record *record, bool again,
                  struct error *err)
{
    struct journal_record next = *record;
    bool written;

    if (record->state != JOURNAL_WRITING)
        return true;
    written = (!again || hooks_hold(camera, err)) && write_all(camera, &next, again, err);
    hooks_release(camera);
    if (!written)
        return false;
    next.state = JOURNAL_INSTALLED;
    next.attempts = 0;
    if (next.result[0] == '\0') /* a first try that failed has already been replied to */
        set_result(&next, "OK");
    if (!camera_write_journal(camera, &next, err))
        return false;
    *record = next;
    return true;
}

bool commit_activate(const struct camera *camera, struct journal_record *record,
                     enum component which, unsigned bank_index, struct error *err)
{
    struct error ignored = ERROR_EMPTY;

    if (hooks_activate(camera, which, bank_index, err))
        return true;
    if (record->activate_failed)
        return false; /* the journal says so already */
    record->activate_failed = true;
    if (!camera_write_journal(camera, record, &ignored))
        log_line(&camera->log, "%s", ignored.text);
    return false;
}

bool commit_must_tell(const struct camera *camera, const struct journal_record *record,
                      enum component which, const struct journal_content *starts)
{
    bool has_two = camera->configuration.flash[which].count == 2;

    return camera_flips(camera, record, which) ||
           (record->activate_failed && has_two && starts->known);
}

bool commit_activate_all(const struct camera *camera, struct journal_record *record,
                         struct error *err)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        const struct journal_content *starts = start_content(record, which);

        if (commit_must_tell(camera, record, which, starts) &&
            !commit_activate(camera, record, which, starts->bank_index, err))
            return false;
    }
    if (!record->activate_failed)
        return true;
    record->activate_failed = false;
    return camera_write_journal(camera, record, err);
}

bool commit_switch(const struct camera *camera, struct journal_record *record, struct error *err)
{
    const struct settings settings = camera_settings(camera);

    if (!commit_activate_all(camera, record, err))
        return false;
    if (record->has_settings && !settings_activate(&settings, &record->settings, err))
        return false;
    return record->trial || commit_confirm(camera, record, err);
}

bool commit_make_idle(const struct camera *camera, struct journal_record *record,
                      enum journal_outcome outcome, struct error *err)
{
    record->state = JOURNAL_IDLE;
    record->outcome = outcome;
    record->has_settings = false;
    record->restore_settings = false;
    record->trial = false;
    record->boots = 0;
    record->attempts = 0;
    if (!camera_write_journal(camera, record, err))
        return false;
    /* Not earlier: while the record is not idle, the next boot may need these files. */
    work_folder_clean(camera, record);
    return true;
}

bool commit_has_written(const struct journal_record *record)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        if (record->components[which].written)
            return true;
    return false;
}

/* If every component was kept, the previous image stays the same. */
static void shift(struct journal_record *record)
{
    bool is_other = commit_has_written(record);

    if (is_other)
        record->previous = record->running;
    record->running = record->target;
    record->target.known = false;
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        struct journal_component *component = &record->components[which];

        if (is_other)
            component->previous = component->running;
        if (component->target.known)
            component->running = component->target;
        component->target.known = false;
        component->written = false;
    }
}

static bool end(const struct camera *camera, struct journal_record *record,
                enum journal_outcome outcome, struct error *err)
{
    shift(record);
    return commit_make_idle(camera, record, outcome, err);
}

bool commit_is_started(const struct camera *camera, const struct journal_record *record)
{
    return record->boots > 0 && camera_compare_boot(camera, record->boot_id) != CAMERA_BOOT_OTHER;
}

/* What its trial said stays in ISP_RESULT. */
static bool confirm_at_rest(const struct camera *camera, struct journal_record *record,
                            struct error *err)
{
    if (record->outcome == OUTCOME_UNCONFIRMED)
        record->outcome = OUTCOME_CONFIRMED;
    record->running.confirmed = true;
    return camera_write_journal(camera, record, err);
}

bool commit_confirm(const struct camera *camera, struct journal_record *record, struct error *err)
{
    if (start_is_unconfirmed(record))
        return confirm_at_rest(camera, record, err);
    record->target.confirmed = true;
    return end(camera, record, OUTCOME_CONFIRMED, err);
}

/* The image stays, so its settings become current now, or the old ones stay for good. */
static void settle_settings(const struct camera *camera, const struct journal_record *record)
{
    const struct settings settings = camera_settings(camera);
    struct error err = ERROR_EMPTY;

    if (!record->has_settings || settings_activate(&settings, &record->settings, &err))
        return;
    log_line(&camera->log, "the settings from before the update stay: %s", err.text);
    if (!settings_forget_prepared(&settings, &err))
        log_line(&camera->log, "%s", err.text);
}

bool commit_keep_unconfirmed(const struct camera *camera, struct journal_record *record,
                             const char *why, const struct error *cause, struct error *err)
{
    char line[REPLY_TEXT_LIMIT + 1];
    struct error told = *cause;

    (void)error_prefix(&told, "%s", why);
    reply_error_line(&told, line);
    if (!span_begins(span_text(record->result), "ERROR"))
        set_result(record, line);
    record->target.confirmed = false;
    settle_settings(camera, record);
    return end(camera, record, OUTCOME_UNCONFIRMED, err);
}
