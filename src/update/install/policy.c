/* SPDX-License-Identifier: Apache-2.0 */
#include "update/install/policy.h"

#include "camera/trust.h"

#include <stdio.h>

unsigned policy_target_bank(const struct camera *camera, const struct journal_record *record,
                            enum component which)
{
    const struct journal_content *running = &record->components[which].running;

    if (camera->configuration.flash[which].count < 2)
        return 0;
    /* Until this update is committed, bank 0 may be what starts. */
    if (record->lost && camera->configuration.starts_without_journal)
        return 1;
    return running->known ? 1 - running->bank_index : 1;
}

static bool find_room(const struct camera *camera, const struct journal_record *record,
                      enum component which, struct policy *policy, struct error *err)
{
    unsigned target = policy_target_bank(camera, record, which);
    CLEANUP(flash_close) struct flash *flash = NULL;

    if (camera->configuration.flash[which].count == 0)
        return true;
    if (!camera_open_bank(camera, which, target, false, &flash, err))
        return error_prefix(err, "%s", component_name(which));
    policy->image.room[which] = flash->room;
    if (flash->limited_by == NULL)
        return true;
    (void)snprintf(policy->folders[which], FILE_PATH_SIZE, "%s", flash->limited_by);
    policy->image.room_in[which] = policy->folders[which];
    return true;
}

static bool read_keys(const struct camera *camera, struct key_set *keys, struct error *err)
{
    const char *folder = camera->configuration.keys;

    return (!camera->trusted || trust_check_folder(folder, err)) &&
           key_set_read(folder, KEY_FOR_IMAGES, &camera->log, keys, err);
}

bool policy_open(const struct camera *camera, const struct journal_record *record,
                 struct policy *policy, struct error *err)
{
    const struct configuration *configuration = &camera->configuration;

    *policy = (struct policy){.image = {
                                  .platform = camera->platform,
                                  .signature_required = configuration->signature_required,
                                  .downgrade_refused = configuration->downgrade_refused,
                              }};
    policy->image.keys = &policy->keys;
    if (!configuration_platform(configuration, &policy->image.platform, err))
        return false;
    if (configuration->signature_required && !read_keys(camera, &policy->keys, err))
        return false;
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        policy->image.running[which] = record->components[which].running.version;
        if (!find_room(camera, record, which, policy, err))
            return false;
    }
    return true;
}
