/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power of a simulated camera. It counts the operations of flash and store, and goes off at the
 * operation that the test names. Several fakes may share one power.
 */
#ifndef SUPPORT_FAKE_POWER_H
#define SUPPORT_FAKE_POWER_H

#include "base/error.h"

#include <stdint.h>

struct fake_power {
    uint64_t operations; /* so far, reads too */
    uint64_t changes;    /* those of the operations that change something */
    uint64_t cut_at;     /* the change at which the power goes off, from 1; 0: never */
    uint64_t fail_at;    /* the operation that fails without effect, from 1; 0: none */
    bool is_off;
    bool is_read_only; /* every change fails without effect */
};

enum fake_step {
    FAKE_STEP_WORKS,
    FAKE_STEP_TORN, /* the power goes off in the middle of it */
    FAKE_STEP_FAILS /* it fails without effect */
};

/* The outcome of the next operation. Fills `err` unless it works. */
enum fake_step fake_power_step(struct fake_power *power, bool is_change, struct error *err);

/* The power comes back: all counters are 0, nothing is planned. */
void fake_power_on(struct fake_power *power);

#endif
