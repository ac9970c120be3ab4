/* SPDX-License-Identifier: Apache-2.0 */
#include "update/install/plan.h"

#include "update/install/policy.h"
#include "update/install/work_folder.h"

#include <inttypes.h>

/* A bank that is damaged, or that was read with corrected bits, is written anew. */
static bool is_whole(const struct camera *camera, enum component which, struct flash *flash,
                     const struct journal_content *running)
{
    struct error why = ERROR_EMPTY;
    struct digest found;

    if (!flash->can_read)
        return true;
    if (!bank_digest(flash, running->size, &found, &why))
        log_line(&camera->log, "%s: the bank is written again", why.text);
    else if (!digest_same(&found, &running->sha256))
        log_line(&camera->log,
                 "%s: its bank does not hold what the journal says, and is written again",
                 component_name(which));
    else
        return !bank_is_worn(flash, running->size);
    return false;
}

/* The bank in use is read only if the journal says that it holds these very bytes. */
static bool find_kept(const struct camera *camera, enum component which,
                      const struct journal_content *running,
                      const struct descriptor_component *wanted, struct plan_component *component,
                      struct error *err)
{
    CLEANUP(flash_close) struct flash *flash = NULL;

    if (!running->known || running->size != wanted->size ||
        !digest_same(&running->sha256, &wanted->sha256))
        return true;
    if (!camera_open_bank(camera, which, running->bank_index, false, &flash, err))
        return error_prefix(err, "%s", component_name(which));
    if (!is_whole(camera, which, flash, running))
        return true;
    component->way = PLAN_KEPT;
    component->kept_blocks = (wanted->size + flash->block - 1) / flash->block;
    return true;
}

static bool plan_writing(const struct camera *camera, enum component which, struct plan *plan,
                         struct error *err)
{
    struct plan_component *component = &plan->components[which];
    struct journal_component *before = &plan->record.components[which];
    unsigned bank_index = policy_target_bank(camera, &plan->record, which);
    const struct journal_content *held;
    CLEANUP(flash_close) struct flash *flash = NULL;
    bool overwrites;

    if (!camera_open_bank(camera, which, bank_index, false, &flash, err))
        return error_prefix(err, "%s", component_name(which));
    before->written = true;
    /* Only after a lost journal: the bank that holds these bytes is overwritten. */
    if (camera->configuration.flash[which].count == 2 && before->running.known &&
        before->running.bank_index == bank_index)
        before->running.known = false;
    overwrites = camera_overwrites(camera, &plan->record, which);
    component->way = PLAN_WRITTEN;
    component->whole = !flash->can_blocks;
    component->target.bank_index = bank_index;
    /* A bank that cannot be read gives no copy later: this update's file stays as that copy. */
    if (overwrites && !flash->can_read)
        component->target.copy = plan->record.update + 1;
    held = overwrites ? &before->running : &before->previous;
    if (held->known && (overwrites || held->bank_index == bank_index))
        component->known.size = held->size;
    else
        component->known.is_blank = !overwrites && (before->blank >> bank_index & 1) != 0;
    component->copy_old = overwrites && before->running.known;
    return true;
}

static bool plan_component(const struct camera *camera, enum component which, struct plan *plan,
                           struct error *err)
{
    const struct descriptor_component *wanted = &plan->image->descriptor.components[which];
    const struct journal_content *running = &plan->record.components[which].running;
    struct plan_component *component = &plan->components[which];
    bool is_kept;

    if (!find_kept(camera, which, running, wanted, component, err))
        return false;
    is_kept = component->way == PLAN_KEPT;
    component->target = (struct journal_content){.known = true,
                                                 .bank_index = running->bank_index,
                                                 .size = wanted->size,
                                                 .sha256 = wanted->sha256,
                                                 .version = wanted->version,
                                                 .copy = is_kept ? running->copy : 0};
    plan->total += wanted->size;
    return is_kept || plan_writing(camera, which, plan, err);
}

/* Staged files must fit. Copies of the old bytes must fit too if they are required; otherwise they
 * are made only if they fit. */
static bool plan_room(const struct camera *camera, struct plan *plan, struct error *err)
{
    uint64_t staged = 0, copies = 0;

    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        const struct plan_component *component = &plan->components[which];

        if (component->whole || camera_overwrites(camera, &plan->record, which))
            staged += component->target.size;
        /* Of a bank that cannot be read, the copy is already there or cannot be made. */
        if (component->copy_old && component->target.copy == 0)
            copies += plan->record.components[which].running.size;
    }
    if (staged == 0 || work_folder_has_room(camera, staged + copies, err))
        return true;
    if (camera->configuration.keep_old_required || !work_folder_has_room(camera, staged, err))
        return false;
    log_line(&camera->log,
             "work folder: no room for a copy of the old image (%" PRIu64
             " bytes): this update cannot be rolled back",
             copies);
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        plan->components[which].copy_old = false;
    return true;
}

bool plan_make(const struct camera *camera, const struct journal_record *record,
               const struct checked_image *image, struct plan *plan, struct error *err)
{
    *plan = (struct plan){.image = image, .record = *record};
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        if (image->descriptor.components[which].present &&
            !plan_component(camera, which, plan, err))
            return false;
    return plan_room(camera, plan, err);
}
