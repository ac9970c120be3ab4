/* SPDX-License-Identifier: Apache-2.0 */
#include "update/install/rollback.h"

#include "camera/bank.h"
#include "camera/start.h"
#include "update/install/commit.h"
#include "update/install/hooks.h"
#include "update/install/spool.h"
#include "update/install/write_bank.h"

#include <stdio.h>

static bool check_old_bank(const struct camera *camera, enum component which,
                           const struct journal_content *old, struct error *err)
{
    CLEANUP(flash_close) struct flash *flash = NULL;
    struct digest found;

    if (!camera_open_bank(camera, which, old->bank_index, false, &flash, err))
        return false;
    /* A bank that cannot be read was verified by its loader when it was written. */
    if (!flash->can_read)
        return true;
    if (!bank_digest(flash, old->size, &found, err))
        return false;
    if (!digest_same(&found, &old->sha256))
        return error_set(err, ERROR_FLASH, "%s does not hold the old image any more", flash->where);
    return true;
}

/* The new image may be smaller, and other files may have taken the room since. A bank that cannot
 * be opened now is no reason to refuse: the next boots try again. */
static bool check_old_copy(const struct camera *camera, enum component which,
                           const struct journal_content *old, struct error *err)
{
    struct error why = ERROR_EMPTY;

    if (!spool_check_copy(camera, which, old, err))
        return false;
    return write_bank_reserve(camera, which, 0, old->size, &why) || why.kind != ERROR_ROOM ||
           error_pass(err, &why);
}

static bool check_old_component(const struct camera *camera, const struct journal_record *record,
                                enum component which, struct error *err)
{
    const struct journal_content *old = &record->components[which].running;

    if (!old->known)
        return error_set(err, ERROR_FLASH, "nothing is known of the old image");
    if (camera_overwrites(camera, record, which))
        return check_old_copy(camera, which, old, err);
    return check_old_bank(camera, which, old, err);
}

static bool check_old(const struct camera *camera, const struct journal_record *record,
                      struct error *err)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        if (record->components[which].written && !check_old_component(camera, record, which, err))
            return error_prefix(err, "%s", component_name(which));
    return true;
}

bool rollback_changes_image(const struct journal_record *record, struct error *err)
{
    return commit_has_written(record) ||
           error_set(err, ERROR_FLASH, "no way back: no component was written");
}

static void set_result(struct journal_record *record, const char *why)
{
    bool is_under_way = record->state == JOURNAL_INSTALLED || record->state == JOURNAL_WRITING;

    if (!is_under_way || !span_begins(span_text(record->result), "ERROR"))
        (void)snprintf(record->result, sizeof(record->result), "%s", why);
}

bool rollback_begin_at_boot(const struct camera *camera, struct journal_record *record,
                            const char *why, struct error *err)
{
    if (!check_old(camera, record, err))
        return error_prefix(err, "no way back");
    set_result(record, why);
    record->state = JOURNAL_ROLLING_BACK;
    record->restore_settings = record->has_settings;
    record->attempts = 0;
    return camera_write_journal(camera, record, err);
}

bool rollback_begin(const struct camera *camera, struct journal_record *record, const char *why,
                    struct error *err)
{
    start_keep_running(camera, record);
    return rollback_begin_at_boot(camera, record, why, err);
}

/* Makes the record look like an update from the previous image to the present one. */
static bool aim_at_previous(struct journal_record *record, struct error *err)
{
    bool any = false;

    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        struct journal_component *component = &record->components[which];

        if (!component->running.known && !component->previous.known)
            continue;
        if (!component->previous.known)
            return error_set(err, ERROR_REQUEST, "%s: no image before this one is known",
                             component_name(which));
        component->written = !journal_content_same(&component->running, &component->previous);
        component->target = component->running;
        component->running = component->previous;
        any = any || component->written;
    }
    record->target = record->running;
    record->running = record->previous;
    return any || error_set(err, ERROR_REQUEST, "no image before this one is known");
}

static bool check_old_settings(const struct camera *camera, struct error *err)
{
    const struct settings settings = camera_settings(camera);
    bool has;

    /* Prepared settings left by a cut before a commit would make the settings in use look like the
     * old ones. */
    if (!settings_forget_prepared(&settings, err) || !settings_has_old(&settings, &has, err))
        return false;
    return has || error_set(err, ERROR_SETTINGS, "no settings from before the update are kept");
}

bool rollback_to_previous(const struct camera *camera, struct journal_record *record,
                          bool with_settings, const char *why, struct error *err)
{
    if (record->state != JOURNAL_IDLE)
        return error_set(err, ERROR_BUSY, "update not finished: restart the camera first");
    if (!camera_check_places(camera, err))
        return error_prefix(err, "configuration");
    if (!hooks_check(camera, err))
        return false;
    if (with_settings && !check_old_settings(camera, err))
        return false;
    start_keep_running(camera, record); /* the next line exchanges what runs and what was before */
    if (!aim_at_previous(record, err))
        return error_prefix(err, "no way back");
    record->has_settings = with_settings;
    record->trial = false;
    return rollback_begin_at_boot(camera, record, why, err);
}

static bool write_back(const struct camera *camera, const struct journal_record *record,
                       enum component which, struct error *err)
{
    const struct journal_content *old = &record->components[which].running;
    struct write_bank writing = {.which = which, .bank_index = 0};
    char path[FILE_PATH_SIZE];

    return (camera_work_path(camera, "old", old->copy, which, path, err) &&
            write_bank_from_file(camera, path, old, &writing, err)) ||
           error_prefix(err, "%s", component_name(which));
}

static bool write_all_back(const struct camera *camera, const struct journal_record *record,
                           struct error *err)
{
    bool held = false;
    bool written = true;

    for (enum component which = 0; written && which < COMPONENT_COUNT; which++) {
        if (!camera_overwrites(camera, record, which))
            continue;
        written = held || hooks_hold(camera, err);
        held = true;
        written = written && write_back(camera, record, which, err);
    }
    if (held)
        hooks_release(camera);
    return written;
}

static bool activate_old(const struct camera *camera, struct journal_record *record,
                         struct error *err)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        const struct journal_content *old = &record->components[which].running;

        if (camera_flips(camera, record, which) && !check_old_bank(camera, which, old, err))
            return false;
        if (commit_must_tell(camera, record, which, old) &&
            !commit_activate(camera, record, which, old->bank_index, err))
            return false;
    }
    record->activate_failed = false;
    return true;
}

/* The image that is left becomes the previous one, unless it was on trial, if it has a bank or a
 * copy of its own. */
static void forget_target(const struct camera *camera, struct journal_record *record)
{
    bool any = false;

    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        struct journal_component *component = &record->components[which];
        bool whole =
            !record->trial && (camera_flips(camera, record, which) || component->target.copy != 0);

        if (component->written) {
            component->previous = component->target;
            component->previous.known = whole;
            record->target.known = record->target.known && whole;
            any = true;
        }
        component->target.known = false;
        component->written = false;
    }
    /* If nothing was written, the previous image stays the same. */
    if (any)
        record->previous = record->target;
    record->target.known = false;
}

static bool restore_settings(const struct camera *camera, const struct journal_record *record,
                             struct error *err)
{
    const struct settings settings = camera_settings(camera);
    bool done;

    if (record->restore_settings)
        done = settings_restore(&settings, err);
    else
        done = settings_forget_old(&settings, err);
    return done && settings_forget_prepared(&settings, err);
}

static bool finish(const struct camera *camera, struct journal_record *record, struct error *err)
{
    forget_target(camera, record);
    return commit_make_idle(camera, record, OUTCOME_ROLLED_BACK, err);
}

bool rollback_carry_through(const struct camera *camera, struct journal_record *record,
                            struct error *err)
{
    if (!write_all_back(camera, record, err))
        return false;
    if (!activate_old(camera, record, err))
        return false;
    if (!restore_settings(camera, record, err))
        return false;
    return finish(camera, record, err);
}
