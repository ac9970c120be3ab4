/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power of a simulated camera: counts what its flash and its store do, and goes at the
 * operation that the test names. One power may stand behind several of them.
 */
#ifndef SUPPORT_FAKE_POWER_H
#define SUPPORT_FAKE_POWER_H

#include "base/error.h"

#include <stdint.h>

struct fake_power {
    uint64_t operations; /* so far, the reading ones too */
    uint64_t changes;    /* of these, the ones that change something */
    uint64_t cut_at;     /* the change at which it goes, from 1; 0: never */
    uint64_t fail_at;    /* the operation that fails and does nothing, from 1; 0: none */
    bool is_off;
    bool is_read_only; /* every change fails and does nothing */
};

enum fake_step {
    FAKE_STEP_WORKS,
    FAKE_STEP_TORN, /* the power goes in the middle of it */
    FAKE_STEP_FAILS /* nothing happens */
};

/* What becomes of the next operation. Fills `err` unless it works. */
enum fake_step fake_power_step(struct fake_power *power, bool is_change, struct error *err);

/* The power comes back: nothing counted, nothing planned. */
void fake_power_on(struct fake_power *power);

#endif
