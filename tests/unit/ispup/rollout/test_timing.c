/* SPDX-License-Identifier: Apache-2.0 */
/* A clock that is set: while a run waits, and between two runs. */
#include "ispup/rollout/progress.h"
#include "ispup/rollout/schedule.h"
#include "ispup/rollout/timing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOW INT64_C(1900000000)
#define HOUR INT64_C(3600)
#define DAY (24 * HOUR)
#define YEARS (50 * 365 * DAY)

static struct rollout rollout;
static struct rollout_camera *camera;

static int begin(void **state)
{
    struct error err = ERROR_EMPTY;

    (void)state;
    memset(&rollout, 0, sizeof(rollout));
    policy_reset(&rollout.policy);
    assert_true(rollout_allocate(&rollout, 1, &err));
    camera = &rollout.cameras[0];
    (void)snprintf(camera->outcome.platform, sizeof(camera->outcome.platform), "0300");
    rollout.wave = 1;
    rollout.begun_at = NOW - HOUR;
    return 0;
}

static int end(void **state)
{
    (void)state;
    rollout_close(&rollout);
    return 0;
}

static void only_a_jump_is_a_jump(void **state)
{
    static const struct {
        int64_t now, boot, jump;
    } rows[] = {
        {0, 0, 0},
        {1, 1, 0},
        {60, 60, 0},
        {61, 60, 0},
        {-4, 0, 0},
        {4, 0, 0},
        {-5, 0, -5},
        {5, 0, 5},
        {HOUR + 1, 1, HOUR},
        {1 - HOUR, 1, -HOUR},
        {DAY, DAY, 0} /* suspended */,
        {2 * DAY, DAY, DAY},
        {-YEARS, 1, -YEARS - 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct timing timing = {.is_begun = false};

        assert_int_equal(timing_jump(&timing, NOW, 100), 0);
        assert_int_equal(timing_jump(&timing, NOW + rows[i].now, 100 + rows[i].boot), rows[i].jump);
        assert_int_equal(timing_jump(&timing, NOW + rows[i].now + 1, 101 + rows[i].boot), 0);
    }
}

/* Whether the camera is asked again, `passed` seconds after the clock was set by `jump`. */
static bool is_asked(int64_t jump, int64_t passed)
{
    enum rollout_work work;
    size_t at;

    timing_move(&rollout, jump);
    return schedule_next(&rollout, false, NOW + jump + passed, &at, &work);
}

static const int64_t jumps[] = {0, -HOUR, HOUR, DAY, -DAY, -YEARS, YEARS};

static void a_wait_of_a_minute_stays_one(void **state)
{
    for (size_t i = 0; i < COUNT_OF(jumps); i++) {
        end(state);
        begin(state);
        camera->outcome.platform[0] = '\0';
        camera->next_at = NOW + 60;
        assert_false(is_asked(jumps[i], 59));
        assert_true(is_asked(0, 60 + jumps[i]));
    }
}

static void a_soak_stays_as_long(void **state)
{
    for (size_t i = 0; i < COUNT_OF(jumps); i++) {
        end(state);
        begin(state);
        camera->state = ROLLOUT_ENDED;
        camera->outcome.verdict = VERDICT_DONE;
        camera->outcome.time = NOW - 30;
        rollout.wave_end = NOW;
        assert_false(is_asked(jumps[i], 599));
        assert_true(is_asked(0, 600 + jumps[i]));
    }
}

static void a_deadline_stays_as_far(void **state)
{
    for (size_t i = 0; i < COUNT_OF(jumps); i++) {
        end(state);
        begin(state);
        camera->is_away = camera->was_asked = true;
        timing_move(&rollout, jumps[i]);
        assert_false(progress_is_late(&rollout, camera, NOW - HOUR + 7 * DAY - 1 + jumps[i]));
        assert_true(progress_is_late(&rollout, camera, NOW - HOUR + 7 * DAY + jumps[i]));
    }
}

static void what_is_not_set_stays_not_set(void **state)
{
    (void)state;
    rollout.begun_at = 0;
    timing_move(&rollout, DAY);
    assert_int_equal(rollout.begun_at, 0);
    assert_int_equal(rollout.wave_end, 0);
    assert_int_equal(camera->next_at, 0);
    assert_int_equal(camera->outcome.time, 0);
    /* 0 would be: not set. */
    camera->next_at = 100;
    timing_move(&rollout, -100);
    assert_true(camera->next_at > 0);
}

/* Saved 600 seconds after the boot, and begun 60 seconds later. */
static void between_two_runs_of_one_boot_each_jump_is_seen(void **state)
{
    for (size_t i = 0; i < COUNT_OF(jumps); i++) {
        int64_t now = NOW + 60 + jumps[i];

        end(state);
        begin(state);
        rollout.wave_end = NOW - 10;
        rollout.booted_at = NOW - 600;
        (void)snprintf(rollout.boot, sizeof(rollout.boot), "this");
        assert_int_equal(timing_resume(&rollout, now, 660, "this"), jumps[i]);
        assert_int_equal(rollout.wave_end, NOW - 10 + jumps[i]);
        assert_int_equal(timing_resume(&rollout, now + 1, 661, "this"), 0);
        timing_move(&rollout, HOUR); /* seen by the run itself */
        assert_int_equal(timing_resume(&rollout, now + HOUR + 2, 662, "this"), 0);
    }
}

static void after_a_boot_a_soak_begins_anew(void **state)
{
    static const struct {
        const char *saved, *now;
    } rows[] = {{"this", "other"}, {"", "this"}, {"this", ""}, {"", ""}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        end(state);
        begin(state);
        rollout.booted_at = NOW - HOUR;
        (void)snprintf(rollout.boot, sizeof(rollout.boot), "%s", rows[i].saved);
        assert_int_equal(timing_resume(&rollout, NOW, HOUR, rows[i].now), 0);
        assert_int_equal(rollout.wave_end, 0);
        rollout.wave_end = NOW - 500;
        (void)snprintf(rollout.boot, sizeof(rollout.boot), "%s", rows[i].saved);
        assert_int_equal(timing_resume(&rollout, NOW + DAY, 60, rows[i].now), 0);
        assert_int_equal(rollout.wave_end, NOW + DAY);
    }
}

static void between_two_runs_time_does_not_go_back(void **state)
{
    static const struct {
        int64_t begun, wave_end, ended, lag;
    } rows[] = {
        {0, 0, 0, 0},
        {NOW - DAY, NOW - 60, NOW, 0},
        {NOW + HOUR, 0, 0, -HOUR},
        {NOW - DAY, NOW + DAY, NOW - 5, -DAY},
        {NOW - DAY, NOW - HOUR, NOW + YEARS / 2, -YEARS / 2},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        rollout.begun_at = rows[i].begun;
        rollout.wave_end = rows[i].wave_end;
        camera->outcome.time = rows[i].ended;
        rollout.boot[0] = '\0';
        assert_int_equal(timing_resume(&rollout, NOW, 60, "this"), rows[i].lag);
        assert_int_equal(timing_resume(&rollout, NOW, 60, "other"), 0);
    }
}

/* Forward between two runs, with a boot between them, looks like time that passed. */
static void no_camera_ends_before_this_run_has_asked_it(void **state)
{
    (void)state;
    camera->is_away = true;
    assert_false(progress_is_late(&rollout, camera, NOW + YEARS));
    camera->was_asked = true;
    assert_true(progress_is_late(&rollout, camera, NOW + YEARS));
}

static void who_waits_for_its_wave_is_never_late(void **state)
{
    (void)state;
    camera->was_asked = true;
    assert_false(progress_is_late(&rollout, camera, NOW + YEARS));
}

static void the_window_needs_room_for_the_longest_upload(void **state)
{
    static const struct {
        const char *window;
        int64_t longest, left; /* seconds until it closes; negative: until it opens */
        bool may;
    } rows[] = {
        {"", 100000, 0, true},
        {"22:00-04:00", 0, 300, true},
        {"22:00-04:00", 0, 299, false},
        {"22:00-04:00", 600, 900, true},
        {"22:00-04:00", 600, 899, false},
        {"22:00-04:00", 0, -1, false},
        /* As if it had taken a day: the first half of the window is left. */
        {"22:00-04:00", 86400, 3 * 3600 + 150, true},
        {"22:00-04:00", 86400, 3 * 3600 + 149, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct error err = ERROR_EMPTY;
        int64_t left = 0, moment = 1900000000;

        assert_true(policy_take(&rollout.policy, POLICY_WINDOW, rows[i].window, &err));
        rollout.longest = rows[i].longest;
        if (rollout.policy.has_window) {
            if (!window_is_open(&rollout.policy.window, moment, &left))
                moment += left; /* it opens */
            (void)window_is_open(&rollout.policy.window, moment, &left);
            moment += left - rows[i].left;
        }
        if (schedule_may_upload(&rollout, moment) != rows[i].may)
            fail_msg("row %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_a_jump_is_a_jump, begin, end),
        cmocka_unit_test_setup_teardown(a_wait_of_a_minute_stays_one, begin, end),
        cmocka_unit_test_setup_teardown(a_soak_stays_as_long, begin, end),
        cmocka_unit_test_setup_teardown(a_deadline_stays_as_far, begin, end),
        cmocka_unit_test_setup_teardown(what_is_not_set_stays_not_set, begin, end),
        cmocka_unit_test_setup_teardown(between_two_runs_of_one_boot_each_jump_is_seen, begin, end),
        cmocka_unit_test_setup_teardown(after_a_boot_a_soak_begins_anew, begin, end),
        cmocka_unit_test_setup_teardown(between_two_runs_time_does_not_go_back, begin, end),
        cmocka_unit_test_setup_teardown(no_camera_ends_before_this_run_has_asked_it, begin, end),
        cmocka_unit_test_setup_teardown(who_waits_for_its_wave_is_never_late, begin, end),
        cmocka_unit_test_setup_teardown(the_window_needs_room_for_the_longest_upload, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
