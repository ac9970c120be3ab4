/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/timing.h"

#include <stdio.h>
#include <string.h>

static int64_t jump_of(int64_t by)
{
    return by > -TIMING_JUMP_SECONDS && by < TIMING_JUMP_SECONDS ? 0 : by;
}

int64_t timing_jump(struct timing *timing, int64_t now, int64_t boot)
{
    int64_t by = timing->is_begun ? (now - timing->now) - (boot - timing->boot) : 0;

    *timing = (struct timing){.now = now, .boot = boot, .is_begun = true};
    return jump_of(by);
}

static int64_t later(int64_t one, int64_t other)
{
    return one > other ? one : other;
}

/* No time has passed since the latest moment, if that lies after `now`. */
static int64_t lag_of(const struct rollout *rollout, int64_t now)
{
    int64_t latest = later(rollout->begun_at, rollout->wave_end);

    for (size_t i = 0; i < rollout->count; i++) {
        latest = later(latest, rollout->cameras[i].begun_at);
        latest = later(latest, rollout->cameras[i].outcome.time);
    }
    return latest > now ? now - latest : 0;
}

/* 0 means that it is not set. A moment before 1970 becomes the first one after it. */
static void move(int64_t *moment, int64_t seconds)
{
    if (*moment != 0)
        *moment = later(*moment + seconds, 1);
}

void timing_move(struct rollout *rollout, int64_t seconds)
{
    move(&rollout->begun_at, seconds);
    move(&rollout->wave_end, seconds);
    rollout->booted_at += seconds;
    for (size_t i = 0; i < rollout->count; i++) {
        struct rollout_camera *camera = &rollout->cameras[i];

        move(&camera->begun_at, seconds);
        move(&camera->next_at, seconds);
        move(&camera->outcome.time, seconds);
    }
}

int64_t timing_resume(struct rollout *rollout, int64_t now, int64_t boot, const char *boot_id)
{
    bool is_same_boot = boot_id[0] != '\0' && strcmp(rollout->boot, boot_id) == 0;
    int64_t by = is_same_boot ? jump_of(now - boot - rollout->booted_at) : lag_of(rollout, now);

    timing_move(rollout, by);
    if (!is_same_boot && rollout->wave_end != 0)
        rollout->wave_end = now;
    (void)snprintf(rollout->boot, sizeof(rollout->boot), "%s", boot_id);
    rollout->booted_at = now - boot;
    return by;
}
