/* SPDX-License-Identifier: Apache-2.0 */
/* Cameras that answer like a recorded one: `ispup simulate --replay FILE`. */
#ifndef ISPUP_SIMULATE_REPLAY_H
#define ISPUP_SIMULATE_REPLAY_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct simulate_replay {
    const char *file; /* borrowed */
    size_t count;
    uint16_t first_port; /* 0: the system chooses */
    bool for_scripts;
};

/* Prints a line for each camera; returns after SIGINT, SIGTERM or SIGHUP. */
bool simulate_replay(const struct simulate_replay *replay, struct error *err) MUST_CHECK;

#endif
