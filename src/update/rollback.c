/* SPDX-License-Identifier: Apache-2.0 */
#include "update/rollback.h"

#include "camera/bank.h"
#include "update/hooks.h"
#include "update/rest.h"
#include "update/spool.h"

#include <stdio.h>

static bool check_old_bank(const struct camera *camera, enum component which,
                           const struct journal_content *old, struct error *err)
{
    const char *bank = camera->configuration.flash[which].banks[old->bank];
    CLEANUP(flash_close) struct flash *flash = NULL;
    struct digest found;

    if (!flash_open(camera->flash, bank, false, &flash, err))
        return false;
    /* What cannot be read was verified by its loader when it was written. */
    if (!flash->can_read)
        return true;
    if (!bank_digest(flash, old->size, &found, err))
        return false;
    if (!digest_same(&found, &old->sha256))
        return error_set(err, ERROR_FLASH, "%s does not hold the old image any more", flash->where);
    return true;
}

/* The new image may be smaller, and what it left have been taken by others. A bank that cannot be
 * opened may be there at one of the next boots, which try again. */
static bool check_old_copy(const struct camera *camera, enum component which,
                           const struct journal_content *old, struct error *err)
{
    const char *bank = camera->configuration.flash[which].banks[0];
    struct error why = ERROR_EMPTY;

    if (!spool_check_copy(camera, which, old, err))
        return false;
    return spool_reserve_bank(camera, bank, old->size, &why) || why.kind != ERROR_ROOM ||
           error_pass(err, &why);
}

static bool check_old(const struct camera *camera, const struct journal_record *record,
                      struct error *err)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        const struct journal_content *old = &record->components[which].running;

        if (!record->components[which].written)
            continue;
        if (!old->known)
            return error_set(err, ERROR_FLASH, "%s: nothing is known of the old image",
                             component_name(which));
        if (camera_overwrites(camera, record, which) ? !check_old_copy(camera, which, old, err)
                                                     : !check_old_bank(camera, which, old, err))
            return error_prefix(err, "%s", component_name(which));
    }
    return true;
}

bool rollback_begin(const struct camera *camera, struct journal_record *record, const char *why,
                    struct error *err)
{
    if (!check_old(camera, record, err))
        return error_prefix(err, "no way back");
    record->state = JOURNAL_ROLLING_BACK;
    record->restore_settings = record->has_settings;
    record->attempts = 0;
    (void)snprintf(record->result, sizeof(record->result), "%s", why);
    return camera_write_journal(camera, record, err);
}

static bool is_same_content(const struct journal_content *one, const struct journal_content *other)
{
    return one->bank == other->bank && one->size == other->size &&
           digest_same(&one->sha256, &other->sha256);
}

/* The record as if the image before were the old one of an update to the present one. */
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
        component->written = !is_same_content(&component->running, &component->previous);
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
    const struct settings settings = settings_of(&camera->configuration, camera->store);
    bool has;

    /* What a cut before a commit has left prepared would say of those in use that they are the old
     * ones. */
    if (!settings_forget_prepared(&settings, err) || !settings_has_old(&settings, &has, err))
        return false;
    return has || error_set(err, ERROR_SETTINGS, "no settings from before the update are kept");
}

bool rollback_to_previous(const struct camera *camera, struct journal_record *record,
                          bool with_settings, const char *why, struct error *err)
{
    if (record->state != JOURNAL_IDLE)
        return error_set(err, ERROR_BUSY, "update not finished: restart the camera first");
    if ((with_settings && !check_old_settings(camera, err)) || !aim_at_previous(record, err))
        return false;
    record->has_settings = with_settings;
    record->trial = false;
    return rollback_begin(camera, record, why, err);
}

static bool write_back(const struct camera *camera, const struct journal_record *record,
                       enum component which, struct error *err)
{
    const struct journal_content *old = &record->components[which].running;
    struct spool_writing writing = {.bank = camera->configuration.flash[which].banks[0]};
    char path[FILE_PATH_SIZE];

    return (camera_work_path(camera, "old", old->copy, which, path, err) &&
            spool_write_bank(camera, path, old, &writing, err)) ||
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

static bool activate_old(const struct camera *camera, const struct journal_record *record,
                         struct error *err)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        const struct journal_component *component = &record->components[which];

        if (camera_flips(camera, record, which) &&
            (!check_old_bank(camera, which, &component->running, err) ||
             !hooks_activate(camera, which, component->running.bank, err)))
            return false;
    }
    return true;
}

/* The bank of an image that failed its trial is not one to go back to. One that was confirmed once
 * is, where it has a bank or a copy of its own. */
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
    /* Where nothing was written, the image before is still the one before. */
    if (any)
        record->previous = record->target;
    record->target.known = false;
}

static bool finish(const struct camera *camera, struct journal_record *record, struct error *err)
{
    forget_target(camera, record);
    return rest_enter(camera, record, OUTCOME_ROLLED_BACK, err);
}

bool rollback_carry_through(const struct camera *camera, struct journal_record *record,
                            struct error *err)
{
    const struct settings settings = settings_of(&camera->configuration, camera->store);

    return write_all_back(camera, record, err) && activate_old(camera, record, err) &&
           (record->restore_settings ? settings_restore(&settings, err)
                                     : settings_forget_old(&settings, err)) &&
           settings_forget_prepared(&settings, err) && finish(camera, record, err);
}
