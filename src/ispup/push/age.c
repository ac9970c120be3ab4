/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/age.h"

/* What the camera runs: by its record, else by its log. */
static struct span shown(const struct push *push, enum component which)
{
    static const enum status_key keys[COMPONENT_COUNT] = {
        [COMPONENT_FIRMWARE] = STATUS_ISP_FIRMWARE,
        [COMPONENT_DEVICE_RESOURCE] = STATUS_ISP_DEVICE_RESOURCE,
        [COMPONENT_HARDWARE] = STATUS_ISP_HARDWARE,
    };
    const struct seen *before = &push->before;

    if (before->has_record)
        return span_text(before->status.values[keys[which]]);
    return span_text(before->versions.texts[which]);
}

static bool is_older(const struct push *push, enum component which)
{
    struct span image = span_text(push->image->versions.texts[which]);
    struct image_version ours, runs;
    struct image_platform platform;

    return component_parse(image, which, &platform, &ours) &&
           component_parse(shown(push, which), which, &platform, &runs) &&
           image_version_compare(&ours, &runs) < 0;
}

bool push_check_age(struct push *push)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        struct span runs = shown(push, which);

        if (push->options->allow_older || !is_older(push, which))
            continue;
        return push_settle(push, VERDICT_NOT_DONE, REASON_OLDER,
                           "the image is older: its %s is %s, the camera runs %.*s; nothing was "
                           "sent (--allow-older sends it)",
                           component_name(which), push->image->versions.texts[which],
                           (int)runs.size, (const char *)runs.data);
    }
    return true;
}
