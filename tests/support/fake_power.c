/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_power.h"

#include <pthread.h>

static enum fake_step step(struct fake_power *power, bool is_change, struct error *err)
{
    power->operations++;
    power->changes += is_change;
    if (power->is_off) {
        error_set(err, ERROR_INTERNAL, "the power is off");
        return FAKE_STEP_FAILS;
    }
    if (power->operations == power->fail_at) {
        error_set(err, ERROR_INTERNAL, "the test lets this operation fail");
        return FAKE_STEP_FAILS;
    }
    if (is_change && power->is_read_only) {
        error_set(err, ERROR_INTERNAL, "read-only");
        return FAKE_STEP_FAILS;
    }
    if (!is_change || power->changes != power->cut_at)
        return FAKE_STEP_WORKS;
    power->is_off = true;
    error_set(err, ERROR_INTERNAL, "the power goes");
    return FAKE_STEP_TORN;
}

/* A thread may read a bank while its owner uses the store, and both have one power. */
enum fake_step fake_power_step(struct fake_power *power, bool is_change, struct error *err)
{
    static pthread_mutex_t one_by_one = PTHREAD_MUTEX_INITIALIZER;
    enum fake_step taken;

    (void)pthread_mutex_lock(&one_by_one);
    taken = step(power, is_change, err);
    (void)pthread_mutex_unlock(&one_by_one);
    return taken;
}

void fake_power_on(struct fake_power *power)
{
    *power = (struct fake_power){0};
}
