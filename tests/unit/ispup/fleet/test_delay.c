/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/delay.h"

#include "base/compiler.h"

#include "between.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct delay away = {.first = 60, .most = 6 * 3600, .jitter_percent = 25};

static void waits_longer_each_time_but_never_long(void **state)
{
    (void)state;
    assert_int_equal(delay_next(&away, 0, 15), 60);
    assert_int_equal(delay_next(&away, 0, 0), 45);
    assert_int_equal(delay_next(&away, 0, 30), 75);
    assert_int_equal(delay_next(&away, 0, 31), 45);
    assert_int_equal(delay_next(&away, 1, 30), 120);
    assert_int_equal(delay_next(&away, 9, 5400), 6 * 3600);
    assert_int_equal(delay_next(&away, UINT64_MAX, 5400), 6 * 3600);
    for (uint64_t random = 0; random < 100000; random += 7) {
        uint64_t delay = delay_next(&away, 20, random);

        assert_between(delay, 6 * 3600 * 3 / 4, 6 * 3600 * 5 / 4);
    }
}

static void spreads_a_time_evenly_around_it(void **state)
{
    (void)state;
    assert_int_equal(delay_spread(300, 20, 0), 240);
    assert_int_equal(delay_spread(300, 20, 60), 300);
    assert_int_equal(delay_spread(300, 20, 120), 360);
    assert_int_equal(delay_spread(300, 20, 121), 240);
    assert_int_equal(delay_spread(300, 0, 7), 300);
    assert_int_equal(delay_spread(0, 20, 7), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_longer_each_time_but_never_long),
        cmocka_unit_test(spreads_a_time_evenly_around_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
