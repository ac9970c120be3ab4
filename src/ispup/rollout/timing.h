/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The times that a rollout has stored are of this machine's clock (seconds since 1970), which may
 * be set while a run waits, or between two runs. Then they are moved with it: a wait of a minute
 * stays a wait of a minute. Pure functions; `now` is that clock, `boot` one that no one can set.
 */
#ifndef ISPUP_ROLLOUT_TIMING_H
#define ISPUP_ROLLOUT_TIMING_H

#include "ispup/rollout/rollout.h"

enum { TIMING_JUMP_SECONDS = 5 }; /* less is no jump: it is rounding, or a clock that is adjusted */

struct timing {
    int64_t now, boot; /* when it was asked last */
    bool is_begun;
};

/* By how many seconds the clock was set since the last call; negative: back. 0: it was not. */
int64_t timing_jump(struct timing *timing, int64_t now, int64_t boot);

/* The same between two runs, as far as that can be seen: a stored moment of the past may not lie
 * after `now`. Then no time has passed since the last one. Never more than 0. */
int64_t timing_lag(const struct rollout *rollout, int64_t now);

/* Moves all stored times that are set. */
void timing_move(struct rollout *rollout, int64_t seconds);

#endif
