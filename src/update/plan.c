/* SPDX-License-Identifier: Apache-2.0 */
#include "update/plan.h"

#include "camera/bank.h"
#include "update/policy.h"
#include "update/spool.h"

#include <inttypes.h>

bool plan_has(const struct plan *plan, enum plan_way way)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        if (plan->components[which].way == way)
            return true;
    return false;
}

/* What is damaged, or was read with an effort, is not kept: the same image mends it. */
static bool is_whole(const struct camera *camera, struct flash *flash,
                     const struct journal_content *running)
{
    struct error why = ERROR_EMPTY;
    struct digest found;

    if (!flash->can_read)
        return true;
    if (bank_digest(flash, running->size, &found, &why))
        return digest_same(&found, &running->sha256) && !bank_is_worn(flash, running->size);
    log_line(&camera->log, "%s: is written anew", why.text);
    return false;
}

/* Whether the bank in use holds it already. The medium is asked only where the journal says that
 * size and digest are the same; later, where that costs no time of its own. */
static bool find_kept(const struct camera *camera, enum component which,
                      const struct journal_content *running,
                      const struct descriptor_component *wanted, struct plan_component *component,
                      struct error *err)
{
    const char *bank = camera->configuration.flash[which].banks[running->bank];
    CLEANUP(flash_close) struct flash *flash = NULL;

    if (!running->known || running->size != wanted->size ||
        !digest_same(&running->sha256, &wanted->sha256))
        return true;
    if (!flash_open(camera->flash, bank, false, &flash, err))
        return error_prefix(err, "%s", component_name(which));
    component->is_compared = flash->can_beside && flash->length >= wanted->size;
    if (!component->is_compared && !is_whole(camera, flash, running))
        return true;
    component->way = PLAN_KEPT;
    component->kept_blocks = (wanted->size + flash->block - 1) / flash->block;
    return true;
}

static bool plan_writing(const struct camera *camera, enum component which, struct plan *plan,
                         struct error *err)
{
    struct plan_component *component = &plan->components[which];
    const struct journal_component *before = &plan->record.components[which];
    bool two = camera->configuration.flash[which].count == 2;
    unsigned bank = policy_target_bank(camera, &plan->record, which);
    CLEANUP(flash_close) struct flash *flash = NULL;

    if (!flash_open(camera->flash, camera->configuration.flash[which].banks[bank], false, &flash,
                    err))
        return error_prefix(err, "%s", component_name(which));
    component->way = two ? PLAN_DIRECT : PLAN_STAGED;
    component->whole = !flash->can_blocks;
    component->target.bank = bank;
    /* What cannot be read back is kept as it came: the next update's copy of the old bytes. */
    if (!two && !flash->can_read)
        component->target.copy = plan->record.update + 1;
    component->skip_same =
        two ? before->previous.known && before->previous.bank == bank : before->running.known;
    component->keep_old = !two && before->running.known;
    return true;
}

static bool plan_component(const struct camera *camera, enum component which, struct plan *plan,
                           struct error *err)
{
    const struct descriptor_component *wanted = &plan->image->descriptor.components[which];
    const struct journal_content *running = &plan->record.components[which].running;
    struct plan_component *component = &plan->components[which];
    bool holds;

    if (!find_kept(camera, which, running, wanted, component, err))
        return false;
    holds = component->way == PLAN_KEPT;
    component->target = (struct journal_content){.known = true,
                                                 .bank = running->bank,
                                                 .size = wanted->size,
                                                 .sha256 = wanted->sha256,
                                                 .version = wanted->version,
                                                 .copy = holds ? running->copy : 0};
    plan->total += wanted->size;
    return holds || plan_writing(camera, which, plan, err);
}

/* Staged files must fit; copies of the old bytes too where they are required, else they are only
 * made where they fit as well. */
static bool plan_room(const struct camera *camera, struct plan *plan, struct error *err)
{
    uint64_t staged = 0, copies = 0;

    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        const struct plan_component *component = &plan->components[which];

        if (component->way == PLAN_STAGED || component->whole)
            staged += component->target.size;
        /* A copy of what cannot be read is there already, or cannot be made. */
        if (component->keep_old && component->target.copy == 0)
            copies += plan->record.components[which].running.size;
    }
    if (staged == 0 || spool_has_room(camera, staged + copies, err))
        return true;
    if (camera->configuration.keep_old_required || !spool_has_room(camera, staged, err))
        return false;
    log_line(&camera->log,
             "work folder: no room for a copy of the old image (%" PRIu64
             " bytes): this update cannot be rolled back",
             copies);
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        plan->components[which].keep_old = false;
    return true;
}

bool plan_write(const struct camera *camera, enum component which, struct plan *plan,
                struct error *err)
{
    struct plan_component *component = &plan->components[which];

    component->target.copy = 0;
    return plan_writing(camera, which, plan, err) &&
           (component->way == PLAN_DIRECT || spool_has_room(camera, component->target.size, err));
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
