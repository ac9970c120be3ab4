/* SPDX-License-Identifier: Apache-2.0 */
#include "update/install/stage.h"

#include "base/memory.h"
#include "camera/bank.h"
#include "camera/start.h"
#include "update/install/copy_bank.h"
#include "update/install/spool.h"
#include "update/install/work_folder.h"
#include "update/install/write_bank.h"

#include <stdio.h>

enum { PIECE = 256 * 1024 };

/* One update while its components arrive; all borrowed. */
struct staging {
    const struct camera *camera;
    const struct plan *plan;
    struct intake *intake;
    struct journal_record *record; /* as it will be committed */
};

static const struct descriptor_component *wanted_of(const struct staging *staging,
                                                    enum component which)
{
    return &staging->plan->image->descriptor.components[which];
}

static bool flips(const struct staging *staging, enum component which)
{
    return camera_flips(staging->camera, staging->record, which);
}

/* The previous image loses the bank that this update is about to fill, and the bank is not blank
 * any more. */
static void draft_component(const struct staging *staging, enum component which)
{
    const struct plan_component *planned = &staging->plan->components[which];
    struct journal_component *component = &staging->record->components[which];

    component->target = planned->target;
    if (planned->way == PLAN_WRITTEN)
        component->blank &= ~(1U << planned->target.bank_index);
    if (flips(staging, which) && component->previous.bank_index == planned->target.bank_index) {
        component->previous.known = false;
        staging->record->previous.known = false;
    }
}

/* What the journal will say if this update is committed. */
static void draft(const struct staging *staging)
{
    const struct checked_image *image = staging->plan->image;
    struct journal_record *record = staging->record;

    *record = staging->plan->record;
    record->update++;
    record->has_update_digest = image->has_description;
    record->update_digest = image->description;
    record->result[0] = '\0';
    record->blocks_written = 0;
    record->blocks_total = 0;
    record->has_settings = false;
    record->target = (struct journal_image){.known = image->has_description,
                                            .description = image->description,
                                            .version = image->name.version};
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        draft_component(staging, which);
}

/* Before the first byte goes to a spare bank, the journal says that this bank holds nothing known.
 */
static bool announce(const struct staging *staging, struct error *err)
{
    bool any = false;

    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        any = any || flips(staging, which);
    if (!any)
        return true;
    staging->record->state = JOURNAL_STAGING;
    return camera_write_journal(staging->camera, staging->record, err);
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

static void count_blocks(const struct staging *staging, uint64_t written, uint64_t total)
{
    staging->record->blocks_written += written;
    staging->record->blocks_total += total;
}

/* Into the spare bank, block by block. */
static bool take_direct(const struct staging *staging, enum component which, struct error *err)
{
    const struct plan_component *planned = &staging->plan->components[which];
    CLEANUP(flash_close) struct flash *flash = NULL;
    CLEANUP(bank_discard) struct bank_writer writer = BANK_WRITER_NONE;

    if (!camera_open_bank(staging->camera, which, planned->target.bank_index, true, &flash, err) ||
        !bank_begin(&writer, flash, planned->known, err) ||
        !fill_bank(staging->intake, wanted_of(staging, which), &writer, err))
        return false;
    count_blocks(staging, writer.written, writer.total);
    return true;
}

/* Into a file of the work folder; `path` tells which. */
static bool take_file(const struct staging *staging, enum component which,
                      char path[FILE_PATH_SIZE], struct error *err)
{
    const struct camera *camera = staging->camera;
    struct digest digest;
    uint64_t size;

    return work_folder_staged_path(camera, staging->record, which, path, err) &&
           spool_bytes(camera->store, path, &staging->intake->input, &size, &digest, err) &&
           check_component(wanted_of(staging, which), size, &digest, err);
}

/* By way of a file into the spare bank of a device that takes no single blocks. */
static bool take_whole(const struct staging *staging, enum component which, struct error *err)
{
    const struct journal_content *target = &staging->plan->components[which].target;
    struct write_bank writing = {.which = which, .bank_index = target->bank_index};
    char path[FILE_PATH_SIZE];

    if (!take_file(staging, which, path, err) ||
        !write_bank_from_file(staging->camera, path, target, &writing, err))
        return false;
    count_blocks(staging, writing.written, writing.total);
    return true;
}

/* A bank that cannot be read had its bytes copied when they came: that copy must still be there. */
static bool copy_old(const struct staging *staging, enum component which, struct error *err)
{
    const struct camera *camera = staging->camera;
    const struct journal_record *record = staging->record;
    struct journal_content *running = &staging->record->components[which].running;
    CLEANUP(flash_close) struct flash *flash = NULL;
    char path[FILE_PATH_SIZE];

    if (record->components[which].target.copy == record->update)
        return spool_check_copy(camera, which, running, err) ||
               error_prefix(err, "%s", component_name(which));
    if (!camera_work_path(camera, "old", record->update, which, path, err) ||
        !camera_open_bank(camera, which, running->bank_index, false, &flash, err) ||
        !copy_bank_to_file(camera->store, path, flash, running->size, &running->sha256, err))
        return error_prefix(err, "copy of the old %s", component_name(which));
    running->copy = record->update;
    return true;
}

/* A bank that no longer holds what the journal says is no way back. The update may still mend the
 * camera, so it goes on, unless the product requires the copy. */
static bool copy_old_if_possible(const struct staging *staging, enum component which,
                                 struct error *err)
{
    struct error why = ERROR_EMPTY;

    if (copy_old(staging, which, &why))
        return true;
    if (staging->camera->configuration.keep_old_required)
        return error_pass(err, &why);
    log_line(&staging->camera->log, "%s: this update cannot be rolled back", why.text);
    return true;
}

/* The only bank is written after the commit, from the file. */
static bool take_staged(const struct staging *staging, enum component which, struct error *err)
{
    char path[FILE_PATH_SIZE];

    if (!take_file(staging, which, path, err))
        return false;
    return !staging->plan->components[which].copy_old || copy_old_if_possible(staging, which, err);
}

static bool take_written(const struct staging *staging, enum component which, struct error *err)
{
    if (!flips(staging, which))
        return take_staged(staging, which, err);
    if (staging->plan->components[which].whole)
        return take_whole(staging, which, err);
    return take_direct(staging, which, err);
}

/* The bytes of a kept component: nothing is written, but they must be the component's. */
static bool take_kept(const struct staging *staging, enum component which, struct error *err)
{
    CLEANUP(memory_free) void *piece = NULL;
    struct digest_context context;
    struct digest digest;
    uint64_t size = 0;
    size_t got = 1;

    if (!memory_allocate(&piece, PIECE, err))
        return false;
    digest_begin(&context);
    while (got > 0) {
        if (!intake_read(staging->intake, piece, PIECE, &got, err))
            return false;
        digest_add(&context, span_of(piece, got));
        size += got;
    }
    digest_end(&context, &digest);
    count_blocks(staging, 0, staging->plan->components[which].kept_blocks);
    return check_component(wanted_of(staging, which), size, &digest, err);
}

static bool take(const struct staging *staging, enum component which, struct error *err)
{
    switch (staging->plan->components[which].way) {
    case PLAN_ABSENT:
        break;
    case PLAN_KEPT:
        return take_kept(staging, which, err);
    case PLAN_WRITTEN:
        return take_written(staging, which, err);
    }
    return error_set(err, ERROR_INTERNAL, "internal error: component out of order");
}

static bool take_component(const struct staging *staging, enum component which, struct error *err)
{
    bool taken;

    if (!intake_next(staging->intake, which, wanted_of(staging, which)->size, err))
        return false;
    taken = take(staging, which, err);
    staging->intake->progress.blocks_written = staging->record->blocks_written;
    staging->intake->progress.blocks_total = staging->record->blocks_total;
    if (!taken && err->kind == ERROR_FLASH)
        return error_prefix(err, "%s", component_name(which));
    return taken;
}

bool stage_components(const struct camera *camera, const struct plan *plan, struct intake *intake,
                      struct staged_image *staged, struct error *err)
{
    const struct staging staging = {camera, plan, intake, &staged->record};
    const struct descriptor *descriptor = &plan->image->descriptor;

    draft(&staging);
    intake_expect(intake, plan->total);
    if (!announce(&staging, err))
        return false;
    for (size_t i = 0; i < descriptor->count; i++)
        if (!take_component(&staging, descriptor->order[i], err))
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
    const struct settings settings = camera_settings(camera);

    if (record->state == JOURNAL_STAGING) {
        record->state = JOURNAL_IDLE;
        if (!start_is_unconfirmed(record)) /* that image still runs */
            record->outcome = OUTCOME_FAILED;
        forget_target(record);
        (void)snprintf(record->result, sizeof(record->result), "%s", result);
        if (!camera_write_journal(camera, record, err))
            return false;
    }
    work_folder_clean(camera, record);
    return settings_forget_prepared(&settings, err);
}
