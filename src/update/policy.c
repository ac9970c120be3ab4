/* SPDX-License-Identifier: Apache-2.0 */
#include "update/policy.h"

#include "camera/trust.h"

unsigned policy_target_bank(const struct camera *camera, const struct journal_record *record,
                            enum component which)
{
    const struct journal_content *running = &record->components[which].running;

    if (camera->configuration.flash[which].count < 2)
        return 0;
    return running->known ? 1 - running->bank : 1;
}

static bool find_room(const struct camera *camera, const struct journal_record *record,
                      enum component which, uint64_t *room, struct error *err)
{
    const struct configuration_flash *flash = &camera->configuration.flash[which];
    CLEANUP(flash_close) struct flash *bank = NULL;

    *room = 0;
    if (flash->count == 0)
        return true;
    if (!flash_open(camera->flash, flash->banks[policy_target_bank(camera, record, which)], false,
                    &bank, err))
        return error_prefix(err, "%s", component_name(which));
    *room = bank->room;
    return true;
}

static bool read_keys(const struct camera *camera, struct key_set *keys, struct error *err)
{
    const char *folder = camera->configuration.keys;

    return (!camera->trusted || trust_check_folder(folder, err)) &&
           key_set_read(folder, &camera->log, keys, err);
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
        if (!find_room(camera, record, which, &policy->image.room[which], err))
            return false;
    }
    return true;
}
