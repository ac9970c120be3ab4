/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/server/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void somebody_who_never_waits_is_never_too_slow(void **state)
{
    struct pace pace = {.waited = 0};

    (void)state;
    for (int i = 0; i < 1000; i++)
        pace_add(&pace, 0, 1);
    assert_false(pace_is_too_slow(&pace));
}

static void exactly_the_rate_is_enough_for_ever(void **state)
{
    static const uint64_t steps[] = {1, 10, 100, 1000};

    (void)state;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        struct pace pace = {.waited = 0};
        uint64_t bytes = 0;

        for (uint64_t now = steps[i]; now < 200000; now += steps[i]) {
            size_t more = (size_t)((now * PACE_BYTES_PER_SECOND + 999) / 1000 - bytes);

            pace_add(&pace, steps[i], more);
            bytes += more;
            assert_false(pace_is_too_slow(&pace));
        }
    }
}

static void silence_is_too_slow_after_30_seconds(void **state)
{
    struct pace pace = {.waited = 0};

    (void)state;
    pace_add(&pace, 29999, 0);
    assert_false(pace_is_too_slow(&pace));
    pace_add(&pace, 1, 0);
    assert_true(pace_is_too_slow(&pace));
}

static void what_came_long_ago_does_not_count(void **state)
{
    struct pace pace = {.waited = 0};

    (void)state;
    pace_add(&pace, 1000, 1000000000);
    for (int i = 0; i < 30; i++) {
        assert_false(pace_is_too_slow(&pace));
        pace_add(&pace, 1000, 0);
    }
    assert_false(pace_is_too_slow(&pace));
    pace_add(&pace, 1000, 0);
    assert_true(pace_is_too_slow(&pace));
}

static void half_the_rate_is_too_slow(void **state)
{
    struct pace pace = {.waited = 0};

    (void)state;
    for (int i = 0; i < 30; i++)
        pace_add(&pace, 1000, PACE_BYTES_PER_SECOND / 2);
    assert_true(pace_is_too_slow(&pace));
}

static void one_long_wait_forgets_all_before(void **state)
{
    struct pace pace = {.waited = 0};

    (void)state;
    for (int i = 0; i < 40; i++)
        pace_add(&pace, 1000, 100000);
    pace_add(&pace, 3600 * 1000, 5);
    assert_true(pace_is_too_slow(&pace));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(somebody_who_never_waits_is_never_too_slow),
        cmocka_unit_test(exactly_the_rate_is_enough_for_ever),
        cmocka_unit_test(silence_is_too_slow_after_30_seconds),
        cmocka_unit_test(what_came_long_ago_does_not_count),
        cmocka_unit_test(half_the_rate_is_too_slow),
        cmocka_unit_test(one_long_wait_forgets_all_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
