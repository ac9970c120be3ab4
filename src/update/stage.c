/* SPDX-License-Identifier: Apache-2.0 */
#include "update/stage.h"

#include "camera/bank.h"
#include "update/keep.h"
#include "update/spool.h"

#include <stdio.h>

static void draft_component(const struct plan_component *planned, enum component which,
                            struct journal_record *record)
{
    struct journal_component *component = &record->components[which];

    component->target = planned->target;
    component->written = planned->way == PLAN_DIRECT || planned->way == PLAN_STAGED;
    if (planned->way == PLAN_DIRECT && component->previous.bank == planned->target.bank) {
        component->previous.known = false;
        record->previous.known = false;
    }
}

/* What the journal will say if this update is committed. */
static void draft(const struct plan *plan, struct journal_record *record)
{
    const struct checked_image *image = plan->image;

    *record = plan->record;
    record->update++;
    record->has_update_digest = image->has_description;
    record->update_digest = image->description;
    record->outcome = OUTCOME_NONE;
    record->result[0] = '\0';
    record->blocks_written = 0;
    record->blocks_total = 0;
    record->has_settings = false;
    record->target = (struct journal_image){.known = image->has_description,
                                            .description = image->description,
                                            .version = image->name.version};
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        draft_component(&plan->components[which], which, record);
}

static bool write_staging_record(const struct camera *camera, struct journal_record *record,
                                 struct error *err)
{
    record->state = JOURNAL_STAGING;
    return camera_write_journal(camera, record, err);
}

static bool fill_bank(struct intake *intake, const struct descriptor_component *wanted,
                      struct bank_writer *writer, struct error *err)
{
    unsigned char *data;
    struct digest digest;
    uint64_t size = 0;
    size_t capacity;
    size_t got = 1;

    while (got > 0) {
        if (!bank_lend(writer, &data, &capacity, err) ||
            !intake_read(intake, data, capacity, &got, err))
            return false;
        if (got > wanted->size - size)
            return error_set(err, ERROR_IMAGE, "%s: larger than ISP-Image.desc says", wanted->file);
        if (got > 0 && !bank_filled(writer, got, err))
            return false;
        size += got;
    }
    return bank_end(writer, &size, &digest, err) && check_component(wanted, size, &digest, err);
}

static bool take_direct(const struct camera *camera, enum component which, const struct plan *plan,
                        struct intake *intake, struct journal_record *record, struct error *err)
{
    const struct plan_component *planned = &plan->components[which];
    const char *bank = camera->configuration.flash[which].banks[planned->target.bank];
    CLEANUP(flash_close) struct flash *flash = NULL;
    CLEANUP(bank_discard) struct bank_writer writer = BANK_WRITER_NONE;

    if (!flash_open(camera->flash, bank, true, &flash, err) ||
        !bank_begin(&writer, flash, planned->skip_same, err) ||
        !fill_bank(intake, &plan->image->descriptor.components[which], &writer, err))
        return false;
    record->blocks_written += writer.written;
    record->blocks_total += writer.total;
    return true;
}

/* What cannot be read back was kept when it came. */
static bool has_kept_old(const struct camera *camera, enum component which,
                         const struct journal_content *running, struct error *err)
{
    return spool_check_copy(camera, which, running, err) ||
           error_prefix(err, "%s", component_name(which));
}

static bool keep_old(const struct camera *camera, enum component which,
                     struct journal_record *record, struct error *err)
{
    struct journal_content *running = &record->components[which].running;
    const char *bank = camera->configuration.flash[which].banks[running->bank];
    CLEANUP(flash_close) struct flash *flash = NULL;
    char path[FILE_PATH_SIZE];

    if (record->components[which].target.copy == record->update)
        return has_kept_old(camera, which, running, err);
    if (!camera_work_path(camera, "old", record->update, which, path, err) ||
        !flash_open(camera->flash, bank, false, &flash, err) ||
        !spool_bank(camera->store, path, flash, running->size, &running->sha256, err))
        return error_prefix(err, "copy of the old %s", component_name(which));
    running->copy = record->update;
    return true;
}

/* A bank that no longer holds what the journal says has nothing worth going back to; that must not
 * keep a camera from being mended by an update, unless the product asks for it. */
static bool keep_old_where_it_can(const struct camera *camera, enum component which,
                                  struct journal_record *record, struct error *err)
{
    struct error why = ERROR_EMPTY;

    if (keep_old(camera, which, record, &why))
        return true;
    if (camera->configuration.keep_old_required) {
        *err = why;
        return false;
    }
    log_line(&camera->log, "%s: this update cannot be rolled back", why.text);
    return true;
}

static bool spool(const struct camera *camera, enum component which, const struct plan *plan,
                  struct intake *intake, const char *path, struct error *err)
{
    struct digest digest;
    uint64_t size;

    return spool_bytes(camera->store, path, intake, &size, &digest, err) &&
           check_component(&plan->image->descriptor.components[which], size, &digest, err);
}

static bool take_staged(const struct camera *camera, enum component which, const struct plan *plan,
                        struct intake *intake, struct journal_record *record, struct error *err)
{
    char path[FILE_PATH_SIZE];

    return spool_staged_path(camera, record, which, path, err) &&
           spool(camera, which, plan, intake, path, err) &&
           (!plan->components[which].keep_old || keep_old_where_it_can(camera, which, record, err));
}

/* The spare bank of a device that takes no blocks. */
static bool take_whole(const struct camera *camera, enum component which, const struct plan *plan,
                       struct intake *intake, struct journal_record *record, struct error *err)
{
    const struct journal_content *target = &plan->components[which].target;
    struct spool_writing writing = {.bank = camera->configuration.flash[which].banks[target->bank]};
    char path[FILE_PATH_SIZE];

    if (!spool_staged_path(camera, record, which, path, err) ||
        !spool(camera, which, plan, intake, path, err) ||
        !spool_write_bank(camera, path, target, &writing, err))
        return false;
    record->blocks_written += writing.written;
    record->blocks_total += writing.total;
    return true;
}

static bool take_written(const struct camera *camera, enum component which, const struct plan *plan,
                         struct intake *intake, struct journal_record *record, struct error *err)
{
    const struct plan_component *planned = &plan->components[which];

    if (planned->way == PLAN_STAGED)
        return take_staged(camera, which, plan, intake, record, err);
    return (planned->whole ? take_whole : take_direct)(camera, which, plan, intake, record, err);
}

/* The bank in use has gone bad since the journal was written. */
static bool give_up_keeping(const struct camera *camera, enum component which,
                            const struct plan *plan, struct intake *intake,
                            struct journal_record *record, struct error *err)
{
    struct plan other = *plan;

    log_line(&camera->log, "%s: its bank does not hold what the journal says: is written anew",
             component_name(which));
    if (!plan_write(camera, which, &other, err))
        return false;
    draft_component(&other.components[which], which, record);
    if (other.components[which].way == PLAN_DIRECT && !write_staging_record(camera, record, err))
        return false;
    return take_written(camera, which, &other, intake, record, err);
}

static bool take_compared(const struct camera *camera, enum component which,
                          const struct plan *plan, struct intake *intake,
                          struct journal_record *record, struct error *err)
{
    const char *bank =
        camera->configuration.flash[which].banks[plan->components[which].target.bank];
    CLEANUP(flash_close) struct flash *flash = NULL;
    CLEANUP(keep_end) struct keep keep = KEEP_NONE;
    bool is_kept;

    if (!flash_open(camera->flash, bank, false, &flash, err) ||
        !keep_component(&keep, intake, &plan->image->descriptor.components[which], flash, &is_kept,
                        err))
        return false;
    if (!is_kept)
        return give_up_keeping(camera, which, plan, intake, record, err);
    record->blocks_total += plan->components[which].kept_blocks;
    return true;
}

static bool take_kept(const struct camera *camera, enum component which, const struct plan *plan,
                      struct intake *intake, struct journal_record *record, struct error *err)
{
    if (plan->components[which].is_compared)
        return take_compared(camera, which, plan, intake, record, err);
    record->blocks_total += plan->components[which].kept_blocks;
    return keep_unread(intake, &plan->image->descriptor.components[which], err);
}

static bool take_component(const struct camera *camera, enum component which,
                           const struct plan *plan, struct intake *intake,
                           struct journal_record *record, struct error *err)
{
    bool taken;

    if (!intake_next(intake, which, plan->image->descriptor.components[which].size, err))
        return false;
    if (plan->components[which].way == PLAN_ABSENT)
        return error_set(err, ERROR_INTERNAL, "internal error: component out of order");
    taken = (plan->components[which].way == PLAN_KEPT ? take_kept : take_written)(
        camera, which, plan, intake, record, err);
    intake->progress.blocks_written = record->blocks_written;
    intake->progress.blocks_total = record->blocks_total;
    return taken || (err->kind == ERROR_FLASH && error_prefix(err, "%s", component_name(which)));
}

bool stage_components(const struct camera *camera, const struct plan *plan, struct intake *intake,
                      struct staged_image *staged, struct error *err)
{
    const struct descriptor *descriptor = &plan->image->descriptor;

    draft(plan, &staged->record);
    intake_expect(intake, plan->total);
    if (plan_has(plan, PLAN_DIRECT) && !write_staging_record(camera, &staged->record, err))
        return false;
    for (size_t i = 0; i < descriptor->count; i++)
        if (!take_component(camera, descriptor->order[i], plan, intake, &staged->record, err))
            return false;
    return intake_end(intake, err);
}

static void forget_target(struct journal_record *record)
{
    record->target.known = false;
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        record->components[which].target.known = false;
        record->components[which].written = false;
    }
}

bool stage_abandon(const struct camera *camera, struct journal_record *record, const char *result,
                   struct error *err)
{
    const struct settings settings = settings_of(&camera->configuration, camera->store);

    if (record->state == JOURNAL_STAGING) {
        record->state = JOURNAL_IDLE;
        record->outcome = OUTCOME_FAILED;
        forget_target(record);
        (void)snprintf(record->result, sizeof(record->result), "%s", result);
        if (!camera_write_journal(camera, record, err))
            return false;
    }
    spool_clean(camera, record);
    return settings_forget_prepared(&settings, err);
}
