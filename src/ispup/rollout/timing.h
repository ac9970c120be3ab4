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

/* A run begins: moves the stored times by the seconds that it returns. `boot_id`: of this boot of
 * the machine. If the rollout was saved in this boot, it sees each jump. Else it sees only one
 * back, after which a stored moment of the past lies after `now`; a soak under way begins anew,
 * since no clock can tell how much of it has passed. */
int64_t timing_resume(struct rollout *rollout, int64_t now, int64_t boot, const char *boot_id);

/* Moves all stored times that are set. */
void timing_move(struct rollout *rollout, int64_t seconds);

#endif
