/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/device.h"

#include "base/memory.h"
#include "image/name.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool device_is_stopped(const struct device *device)
{
    return device->other_id[0] != '\0';
}

bool device_is_sending(const struct device *device)
{
    return device->action.state == DEVICE_SENDING;
}

void device_begin_action(struct device *device, const char *id, int64_t now)
{
    struct device_action *action = &device->action;
    int64_t last = action->begun_at;

    device->unknown_since = 0;
    memset(action, 0, sizeof(*action));
    (void)snprintf(action->name, sizeof(action->name), "%s %s", device->camera, id);
    memcpy(action->camera, device->camera, sizeof(action->camera));
    memcpy(action->controller, device->controller, sizeof(action->controller));
    (void)snprintf(action->id, sizeof(action->id), "%s", id);
    action->state = DEVICE_OPEN;
    action->begun_at = now > last ? now : last + 1;
}

void device_set_code(struct device_action *action, const char *code, const char *why)
{
    (void)snprintf(action->code, sizeof(action->code), "%s", code);
    span_printable(span_text(why), action->outcome.why, sizeof(action->outcome.why));
}

void device_end_action(struct device_action *action, const char *code, const char *why, int64_t now)
{
    device_set_code(action, code, why);
    action->state = DEVICE_ENDED;
    action->ended_at = now;
}

static bool is_for(const struct ddi_artifact *artifact, const char *platform)
{
    struct error ignored = ERROR_EMPTY;
    struct image_name name;

    return image_name_parse(span_text(artifact->file_name), &name, &ignored) &&
           strcmp(name.platform.text, platform) == 0;
}

size_t device_choose_artifact(const struct ddi_deployment *deployment, const char *platform,
                              const struct ddi_artifact **artifact)
{
    char key[DEVICE_KEY_SIZE], first[DEVICE_KEY_SIZE] = "";
    size_t count = 0;

    *artifact = NULL;
    for (size_t i = 0; i < deployment->count; i++) {
        const struct ddi_artifact *one = &deployment->artifacts[i];

        if (!is_for(one, platform))
            continue;
        device_artifact_key(one, key);
        if (*artifact == NULL) {
            *artifact = one;
            memcpy(first, key, sizeof(first));
            count = 1;
        } else if (strcmp(key, first) != 0)
            count = 2;
    }
    return count;
}

void device_artifact_key(const struct ddi_artifact *artifact, char key[DEVICE_KEY_SIZE])
{
    if (artifact->sha256[0] != '\0')
        (void)snprintf(key, DEVICE_KEY_SIZE, "%s", artifact->sha256);
    else
        (void)snprintf(key, DEVICE_KEY_SIZE, "sha1-%s-%" PRIu64, artifact->sha1, artifact->size);
}

void device_close(struct device *device)
{
    ddi_deployment_close(&device->deployment);
    while (device->outbox != NULL) {
        struct outbox_item *item = device->outbox;

        device->outbox = item->next;
        memory_free(&item->text);
        memory_free(&item);
    }
}
