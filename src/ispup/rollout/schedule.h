/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a rollout does next: which camera, and when a wave is over. Pure functions of the rollout
 * and of the time, in seconds since 1970.
 */
#ifndef ISPUP_ROLLOUT_SCHEDULE_H
#define ISPUP_ROLLOUT_SCHEDULE_H

#include "ispup/rollout/rollout.h"

/* Processes at a time, those that only wait for a camera among them; of them questions. */
enum { SCHEDULE_PROCESSES = 256, SCHEDULE_QUESTIONS = 32 };

/* The next camera to begin with, and what to do with it. False: nothing can begin now.
 * `may_upload`: the window is open long enough. */
bool schedule_next(const struct rollout *rollout, bool may_upload, int64_t now, size_t *camera,
                   enum rollout_work *work);

/* An upload that begins now ends inside the window, as far as that can be known: the longest one so
 * far, but at most half of the window, and --wait. */
bool schedule_may_upload(const struct rollout *rollout, int64_t now);

enum schedule_wave {
    SCHEDULE_WAVE_OPEN, /* cameras of it are still to be updated */
    SCHEDULE_WAVE_SOAK, /* all have ended; they will be asked again, or are asked now */
    SCHEDULE_WAVE_OVER,
};

enum schedule_wave schedule_wave(const struct rollout *rollout);

/* Whether its platform lacks a canary: if it is updated now, it is one. */
bool schedule_is_canary(const struct rollout *rollout, const struct rollout_camera *camera);

#endif
