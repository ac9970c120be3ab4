/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/configuration_key.h"

#include <stddef.h>

#define READ(kind) configuration_value_##kind
#define FIELD(name) offsetof(struct configuration, name)
#define WORDS(first, second)                                                                       \
    {                                                                                              \
        {first, second}, 0, 0                                                                      \
    }
#define RANGE(least, most)                                                                         \
    {                                                                                              \
        {NULL, NULL}, least, most                                                                  \
    }
#define ANY RANGE(0, 0)
#define SIZE_LIMIT (UINT64_C(64) << 30)

enum { HOUR = 3600, DAY = 24 * HOUR };

static const struct configuration_key keys[] = {
    {"camera", "platform", READ(platform), FIELD(platform), NULL, ANY},
    {"camera", "platform-file", READ(path), FIELD(platform_file), NULL, ANY},
    {"camera", "firmware-version", READ(text), FIELD(firmware_version), NULL,
     RANGE(0, CONFIGURATION_VERSION_SIZE - 1)},
    {"camera", "id", READ(id), FIELD(id), NULL, ANY},
    {"camera", "id-file", READ(path), FIELD(id_file), NULL, ANY},
    {"camera", "accounts", READ(path), FIELD(accounts), NULL, ANY},
    {"camera", "work", READ(path), FIELD(work), NULL, ANY},
    {"camera", "journal", READ(choice), FIELD(journal_required), "optional",
     WORDS("optional", "required")},
    {"camera", "run", READ(path), FIELD(run), "/run/ispup", ANY},
    {"camera", "boot-id-file", READ(path), FIELD(boot_id_file), "/proc/sys/kernel/random/boot_id",
     ANY},
    {"flash", "firmware", READ(banks), FIELD(flash[COMPONENT_FIRMWARE]), NULL, ANY},
    {"flash", "device-resource", READ(banks), FIELD(flash[COMPONENT_DEVICE_RESOURCE]), NULL, ANY},
    {"flash", "hardware", READ(banks), FIELD(flash[COMPONENT_HARDWARE]), NULL, ANY},
    {"flash", "keep-old", READ(choice), FIELD(keep_old_required), "auto",
     WORDS("auto", "required")},
    {"flash", "without-journal", READ(choice), FIELD(starts_without_journal), "none",
     WORDS("none", "first")},
    {"flash", "command-time", READ(number), FIELD(command_seconds), "300", RANGE(1, DAY)},
    {"isp", "activate", READ(command), FIELD(activate), NULL, ANY},
    {"isp", "hold", READ(command), FIELD(hold), NULL, ANY},
    {"isp", "release", READ(command), FIELD(release), NULL, ANY},
    {"isp", "probe", READ(command), FIELD(probe), NULL, ANY},
    {"isp", "trial", READ(number), FIELD(trial_seconds), "60", RANGE(1, HOUR)},
    {"settings", "live", READ(path), FIELD(live), NULL, ANY},
    {"settings", "saved", READ(path), FIELD(saved), NULL, ANY},
    {"settings", "save-command", READ(command), FIELD(save_command), NULL, ANY},
    {"image", "keys", READ(path), FIELD(keys), NULL, ANY},
    {"image", "signature", READ(choice), FIELD(signature_required), "required",
     WORDS("off", "required")},
    {"image", "downgrade", READ(choice), FIELD(downgrade_refused), "allow",
     WORDS("allow", "refuse")},
    {"image", "sandbox", READ(choice), FIELD(sandbox_required), "required",
     WORDS("optional", "required")},
    {"image", "limit", READ(size), FIELD(limit), "64M", RANGE(1, SIZE_LIMIT)},
    {"http", "referer", READ(choice), FIELD(referer_accepted), "accept", WORDS("refuse", "accept")},
    {"http", "rollback", READ(rollback), FIELD(rollback), NULL, ANY},
    {"update", "other", READ(path), FIELD(update_other), NULL, ANY},
    {"system", "other", READ(path), FIELD(system_other), NULL, ANY},
    {"restart", "command", READ(restart), FIELD(restart), NULL, ANY},
    {"restart", "delay", READ(number), FIELD(restart_delay), "2", RANGE(0, HOUR)},
    {"server", "listen", READ(listen), FIELD(listen), "127.0.0.1:8080",
     RANGE(0, CONFIGURATION_LISTEN_SIZE - 1)},
    {"server", "listen-https", READ(listen), FIELD(listen_https), NULL,
     RANGE(0, CONFIGURATION_LISTEN_SIZE - 1)},
    {"server", "plain", READ(choice), FIELD(plain), "on", WORDS("off", "on")},
    {"server", "certificate", READ(path), FIELD(certificate), NULL, ANY},
    {"server", "key", READ(path), FIELD(key), NULL, ANY},
    {"server", "programs", READ(path), FIELD(programs), NULL, ANY},
    {"server", "pages", READ(path), FIELD(pages), NULL, ANY},
    {"server", "user", READ(text), FIELD(user), "nobody", RANGE(0, CONFIGURATION_USER_SIZE - 1)},
    {"server", "sandbox", READ(choice), FIELD(server_sandbox_required), "required",
     WORDS("optional", "required")},
    {"server", "body-limit", READ(size), FIELD(body_limit), "64M", RANGE(1, SIZE_LIMIT)},
};

const struct configuration_key *configuration_keys(size_t *count)
{
    *count = COUNT_OF(keys);
    return keys;
}

const struct configuration_key *configuration_key_find(struct span section, struct span name)
{
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (span_is(section, keys[i].section) && span_is(name, keys[i].name))
            return &keys[i];
    return NULL;
}

bool configuration_key_has_section(struct span section)
{
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (span_is(section, keys[i].section))
            return true;
    return false;
}
