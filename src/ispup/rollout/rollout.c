/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/rollout.h"

#include "base/memory.h"
#include "ispup/fleet/unforked.h"

#include <string.h>

void rollout_close(struct rollout *rollout)
{
    for (size_t i = 0; i < rollout->count; i++)
        memory_free(&rollout->cameras[i].extra);
    unforked_close(rollout->cameras, rollout->count * sizeof(struct rollout_camera));
    rollout->cameras = NULL;
    rollout->count = 0;
}

bool rollout_allocate(struct rollout *rollout, size_t count, struct error *err)
{
    void *cameras = NULL;

    if (!unforked_open(&cameras, count * sizeof(struct rollout_camera), err))
        return false;
    rollout->cameras = cameras;
    rollout->count = count;
    return true;
}

const struct rollout_image *rollout_image_for(const struct rollout *rollout, const char *platform)
{
    for (size_t i = 0; i < rollout->image_count; i++)
        if (strcmp(rollout->images[i].platform, platform) == 0)
            return &rollout->images[i];
    return NULL;
}

size_t rollout_planned(const struct rollout *rollout)
{
    size_t planned = 0;

    for (size_t i = 0; i < rollout->count; i++)
        planned += !rollout->cameras[i].is_outside;
    return planned;
}

static bool is_failure(const struct rollout_camera *camera)
{
    return camera->state == ROLLOUT_ENDED && !camera->is_outside && !camera->is_exempt &&
           (camera->outcome.verdict == VERDICT_NOT_DONE ||
            camera->outcome.verdict == VERDICT_UNKNOWN);
}

static size_t count_same(const struct rollout *rollout, const char *code)
{
    size_t count = 0;

    for (size_t i = 0; i < rollout->count; i++)
        count += is_failure(&rollout->cameras[i]) && strcmp(rollout->cameras[i].code, code) == 0;
    return count;
}

void rollout_tally(const struct rollout *rollout, struct budget_tally *tally)
{
    *tally = (struct budget_tally){.planned = rollout_planned(rollout)};
    for (size_t i = 0; i < rollout->count; i++) {
        const struct rollout_camera *camera = &rollout->cameras[i];
        size_t same;

        tally->ended += camera->state == ROLLOUT_ENDED && !camera->is_outside;
        if (!is_failure(camera))
            continue;
        tally->failed++;
        tally->in_canary += camera->is_canary && rollout->wave == ROLLOUT_CANARY;
        same = count_same(rollout, camera->code);
        if (same > tally->same)
            tally->same = same;
    }
}
