/* SPDX-License-Identifier: Apache-2.0 */
#include "update/install/adopt_blank.h"

#include "camera/bank.h"

static bool is_blank(const struct camera *camera, enum component which, unsigned bank_index)
{
    CLEANUP(flash_close) struct flash *flash = NULL;
    struct error ignored = ERROR_EMPTY;

    return camera_open_bank(camera, which, bank_index, false, &flash, &ignored) &&
           flash->can_read && flash->can_blocks && !flash->can_overwrite && bank_is_blank(flash);
}

void adopt_note_blank(const struct camera *camera, struct journal_record *record)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        struct journal_component *component = &record->components[which];
        unsigned spare = 1 - component->running.bank_index;

        if (camera->configuration.flash[which].count != 2 || !is_blank(camera, which, spare))
            continue;
        component->blank = 1U << spare;
        log_line(&camera->log, "%s: bank %u is blank", component_name(which), spare);
    }
}
