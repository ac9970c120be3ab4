/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/sequence.h"

#include <stdlib.h>
#include <string.h>

static int compare(uint64_t one, uint64_t other)
{
    return one < other ? -1 : one > other;
}

static int by_order(const struct rollout_camera *one, const struct rollout_camera *other)
{
    int order = compare(one->position, other->position);

    return order != 0 ? order : compare(one->number, other->number);
}

static int by_site(const void *one, const void *other)
{
    const struct rollout_camera *first = one, *second = other;
    int outside = compare(first->is_outside, second->is_outside);
    int site = strcmp(first->site, second->site);

    if (outside != 0)
        return outside;
    return site != 0 ? site : by_order(first, second);
}

/* `waits` holds the turn in which the camera's site has it. */
static int by_turn(const void *one, const void *other)
{
    const struct rollout_camera *first = one, *second = other;
    int outside = compare(first->is_outside, second->is_outside);
    int turn = compare(first->waits, second->waits);

    if (outside != 0)
        return outside;
    return turn != 0 ? turn : by_order(first, second);
}

void sequence_cameras(struct rollout *rollout)
{
    struct rollout_camera *cameras = rollout->cameras;

    qsort(cameras, rollout->count, sizeof(*cameras), by_site);
    for (size_t i = 0; i < rollout->count; i++)
        cameras[i].waits = i > 0 && strcmp(cameras[i].site, cameras[i - 1].site) == 0
                               ? cameras[i - 1].waits + 1
                               : 0;
    qsort(cameras, rollout->count, sizeof(*cameras), by_turn);
    for (size_t i = 0; i < rollout->count; i++) {
        cameras[i].position = i;
        cameras[i].waits = 0;
    }
}
