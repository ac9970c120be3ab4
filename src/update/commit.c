/* SPDX-License-Identifier: Apache-2.0 */
#include "update/commit.h"

#include "camera/bank.h"
#include "protocol/reply.h"
#include "update/hooks.h"
#include "update/rest.h"
#include "update/spool.h"

#include <stdio.h>

/* With one bank the writing comes after the commit: it must not end for want of room, also where
 * staged files and copies lie on the same file system. */
static bool reserve_banks(const struct camera *camera, const struct journal_record *record,
                          struct error *err)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        const struct journal_content *target = &record->components[which].target;
        const char *bank = camera->configuration.flash[which].banks[target->bank];

        if (camera_overwrites(camera, record, which) &&
            !spool_reserve_bank(camera, bank, target->size, err))
            return error_prefix(err, "%s", component_name(which));
    }
    return true;
}

bool commit_prepare(const struct camera *camera, const struct staged_image *staged,
                    struct prepared_update *prepared, struct error *err)
{
    const struct settings settings = settings_of(&camera->configuration, camera->store);

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
    record->state = JOURNAL_INSTALLED;
    record->trial = false;
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

/* `hold` comes before the record: where it fails, that is a refusal like any other. */
bool commit_begin(const struct camera *camera, const struct prepared_update *prepared,
                  struct journal_record *record, struct error *err)
{
    bool holds;

    draft(camera, prepared, record);
    holds = record->state == JOURNAL_WRITING;
    if ((!holds || hooks_hold(camera, err)) && camera_write_journal(camera, record, err))
        return true;
    if (holds)
        hooks_release(camera);
    return false;
}

static bool write_one(const struct camera *camera, struct journal_record *record,
                      enum component which, bool again, struct error *err)
{
    const struct journal_component *component = &record->components[which];
    struct spool_writing writing = {
        .bank = camera->configuration.flash[which].banks[component->target.bank],
        .skip_same = !again && component->running.known,
    };
    char path[FILE_PATH_SIZE];

    if (!spool_staged_path(camera, record, which, path, err) ||
        !spool_write_bank(camera, path, &component->target, &writing, err))
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
    set_result(&next, "OK");
    if (!camera_write_journal(camera, &next, err))
        return false;
    *record = next;
    return true;
}

bool commit_switch(const struct camera *camera, struct journal_record *record, struct error *err)
{
    const struct settings settings = settings_of(&camera->configuration, camera->store);

    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        if (camera_flips(camera, record, which) &&
            !hooks_activate(camera, which, record->components[which].target.bank, err))
            return false;
    if (record->has_settings && !settings_activate(&settings, &record->settings, err))
        return false;
    return record->trial || commit_confirm(camera, record, err);
}

/* All kept: the image before stays the one before. */
static void shift(struct journal_record *record)
{
    if (record->trial)
        record->previous = record->running;
    record->running = record->target;
    record->target.known = false;
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        struct journal_component *component = &record->components[which];

        if (record->trial)
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
    return rest_enter(camera, record, outcome, err);
}

bool commit_confirm(const struct camera *camera, struct journal_record *record, struct error *err)
{
    return end(camera, record, OUTCOME_CONFIRMED, err);
}

bool commit_keep_failed(const struct camera *camera, struct journal_record *record, const char *why,
                        const struct error *cause, struct error *err)
{
    char line[REPLY_TEXT_LIMIT + 1];
    struct error told = *cause;

    (void)error_prefix(&told, "%s", why);
    reply_error_line(&told, line);
    set_result(record, line);
    return end(camera, record, OUTCOME_FAILED, err);
}
