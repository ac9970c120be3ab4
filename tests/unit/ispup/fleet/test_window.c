/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

enum { MINUTE = 60, HOUR = 3600 };

/* In 2026 summer time there is from 29 March, 02:00, to 25 October, 03:00. */
static int use_zone(void **state)
{
    (void)state;
    (void)setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    return 0;
}

/* Seconds since 1970 of a moment in UTC. */
static int64_t utc(int month, int day, int hour, int minute)
{
    struct tm at = {
        .tm_year = 126, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour, .tm_min = minute};

    return timegm(&at);
}

static void opens_and_closes_by_local_time(void **state)
{
    static const struct {
        const char *window;
        int month, day, hour, minute; /* UTC */
        bool is_open;
        int64_t minutes;
    } rows[] = {
        /* Winter: UTC + 1. */
        {"22:00-05:00", 1, 10, 20, 59, false, 1},
        {"22:00-05:00", 1, 10, 21, 0, true, 420},
        {"22:00-05:00", 1, 10, 23, 30, true, 270},
        {"22:00-05:00", 1, 11, 3, 59, true, 1},
        {"22:00-05:00", 1, 11, 4, 0, false, 1020},
        {"08:00-09:00", 1, 10, 7, 30, true, 30},
        {"08:00-09:00", 1, 10, 8, 0, false, 1380},
        {"08:00-09:00", 1, 10, 23, 30, false, 450},
        {"23:00-00:00", 1, 10, 22, 30, true, 30},
        {"00:00-01:00", 1, 10, 23, 0, true, 60},
        {"22:00-21:59", 1, 10, 20, 59, false, 1},
        /* The end of December, and of February. */
        {"22:00-05:00", 12, 31, 22, 0, true, 360},
        {"22:00-05:00", 2, 28, 22, 0, true, 360},
        /* The night that has no hour from two to three is an hour shorter. */
        {"22:00-05:00", 3, 28, 21, 0, true, 360},
        {"22:00-05:00", 3, 29, 0, 59, true, 121},
        {"22:00-05:00", 3, 29, 1, 0, true, 120},
        /* The night that has it twice is an hour longer. */
        {"22:00-05:00", 10, 24, 20, 0, true, 480},
        {"22:00-05:00", 10, 25, 0, 30, true, 210},
        {"22:00-05:00", 10, 25, 1, 30, true, 150},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct window window;
        int64_t seconds;

        assert_true(window_parse(span_text(rows[i].window), &window));
        assert_int_equal(
            window_is_open(&window, utc(rows[i].month, rows[i].day, rows[i].hour, rows[i].minute),
                           &seconds),
            rows[i].is_open);
        assert_int_equal(seconds, rows[i].minutes * MINUTE);
    }
}

/* At every moment: after the seconds that it tells, the answer is the other one. */
static void changes_exactly_after_the_seconds_that_it_tells(void **state)
{
    static const char *const windows[] = {"22:00-05:00", "02:30-03:30", "01:00-02:30",
                                          "00:00-23:59", "02:59-02:58"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(windows); i++) {
        struct window window;

        assert_true(window_parse(span_text(windows[i]), &window));
        for (int64_t at = utc(3, 28, 0, 0); at < utc(3, 31, 0, 0); at += 7 * MINUTE) {
            int64_t seconds, next;
            bool is_open = window_is_open(&window, at, &seconds);

            assert_true(seconds > 0);
            assert_int_equal(window_is_open(&window, at + seconds - 1, &next), is_open);
            assert_int_equal(window_is_open(&window, at + seconds, &next), !is_open);
        }
        for (int64_t at = utc(10, 24, 0, 0); at < utc(10, 27, 0, 0); at += 7 * MINUTE) {
            int64_t seconds, next;
            bool is_open = window_is_open(&window, at, &seconds);

            assert_true(seconds > 0);
            assert_int_equal(window_is_open(&window, at + seconds - 1, &next), is_open);
            assert_int_equal(window_is_open(&window, at + seconds, &next), !is_open);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_and_closes_by_local_time),
        cmocka_unit_test(changes_exactly_after_the_seconds_that_it_tells),
    };

    return cmocka_run_group_tests(tests, use_zone, NULL);
}
