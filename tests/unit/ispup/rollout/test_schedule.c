/* SPDX-License-Identifier: Apache-2.0 */
/* Waves, canaries, places: what begins next, and when a wave is over. */
#include "ispup/rollout/schedule.h"
#include "ispup/rollout/sequence.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { CAMERAS = 20, NOW = 1000000 };

static struct rollout rollout;

static void set_policy(enum policy_item item, const char *text)
{
    struct error err = ERROR_EMPTY;

    assert_true(policy_take(&rollout.policy, item, text, &err));
}

static int begin(void **state)
{
    struct error err = ERROR_EMPTY;

    (void)state;
    memset(&rollout, 0, sizeof(rollout));
    policy_reset(&rollout.policy);
    assert_true(rollout_allocate(&rollout, CAMERAS, &err));
    for (size_t i = 0; i < CAMERAS; i++) {
        struct rollout_camera *camera = &rollout.cameras[i];

        camera->number = i + 1;
        camera->position = i;
        (void)snprintf(camera->word, sizeof(camera->word), "camera-%zu", i);
        (void)snprintf(camera->outcome.platform, sizeof(camera->outcome.platform), "0300");
    }
    rollout.wave = 1;
    set_policy(POLICY_CANARY, "0");
    return 0;
}

static int end(void **state)
{
    (void)state;
    rollout_close(&rollout);
    return 0;
}

/* Begins what can begin; returns how many uploads there are. */
static size_t begin_all(void)
{
    enum rollout_work work;
    size_t camera, uploads = 0;

    while (schedule_next(&rollout, true, NOW, &camera, &work)) {
        if (work == ROLLOUT_PUSH && schedule_is_canary(&rollout, &rollout.cameras[camera]))
            rollout.cameras[camera].is_canary = true;
        rollout.cameras[camera].work = work;
        rollout.cameras[camera].is_uploading = work == ROLLOUT_PUSH;
        uploads += work == ROLLOUT_PUSH;
    }
    return uploads;
}

static void finish(size_t camera, enum verdict verdict)
{
    struct rollout_camera *at = &rollout.cameras[camera];

    at->work = ROLLOUT_NO_WORK;
    at->is_uploading = false;
    at->state = ROLLOUT_ENDED;
    at->outcome.verdict = verdict;
    at->outcome.time = NOW;
}

static void go_away(size_t camera)
{
    struct rollout_camera *at = &rollout.cameras[camera];

    at->work = ROLLOUT_NO_WORK;
    at->is_uploading = false;
    at->is_away = true;
    at->next_at = NOW + 60;
}

static void a_wave_begins_no_more_than_its_share(void **state)
{
    (void)state;
    set_policy(POLICY_WAVE_LIST, "15%,50%,100%");
    assert_int_equal(begin_all(), 3);
    rollout.wave = 2;
    assert_int_equal(begin_all(), 7);
    rollout.wave = 3;
    assert_int_equal(begin_all(), 6); /* 16 places in all */
}

static void the_places_of_a_site_are_counted(void **state)
{
    (void)state;
    set_policy(POLICY_WAVE_LIST, "100%");
    for (size_t i = 0; i < CAMERAS; i++)
        (void)snprintf(rollout.cameras[i].site, ROLLOUT_NAME_SIZE, "site-%zu", i % 2);
    assert_int_equal(begin_all(), 8);        /* 4 in each */
    rollout.cameras[0].is_uploading = false; /* it restarts: it holds no place */
    assert_int_equal(begin_all(), 1);
}

static void cameras_without_a_site_share_no_site(void **state)
{
    (void)state;
    set_policy(POLICY_WAVE_LIST, "100%");
    assert_int_equal(begin_all(), 16);
}

static void the_canary_wave_takes_so_many_of_each_platform(void **state)
{
    (void)state;
    rollout.wave = ROLLOUT_CANARY;
    set_policy(POLICY_CANARY, "2");
    for (size_t i = 10; i < CAMERAS; i++)
        (void)snprintf(rollout.cameras[i].outcome.platform, 5, "0500");
    assert_int_equal(begin_all(), 4);
    assert_true(rollout.cameras[0].is_canary && rollout.cameras[1].is_canary);
    assert_true(rollout.cameras[10].is_canary && rollout.cameras[11].is_canary);
}

static void a_canary_that_is_away_or_up_to_date_is_replaced(void **state)
{
    (void)state;
    rollout.wave = ROLLOUT_CANARY;
    set_policy(POLICY_CANARY, "1");
    assert_int_equal(begin_all(), 1);
    go_away(0);
    assert_int_equal(begin_all(), 1);
    finish(1, VERDICT_ALREADY);
    assert_int_equal(begin_all(), 1);
    finish(2, VERDICT_DONE);
    assert_int_equal(begin_all(), 0);
    assert_int_equal(schedule_wave(&rollout), SCHEDULE_WAVE_SOAK);
    rollout.cameras[2].is_soaked = true;
    assert_int_equal(schedule_wave(&rollout), SCHEDULE_WAVE_OVER);
}

static void the_canary_wave_waits_for_a_platform_of_which_all_are_away(void **state)
{
    (void)state;
    rollout.wave = ROLLOUT_CANARY;
    set_policy(POLICY_CANARY, "1");
    for (size_t i = 0; i < CAMERAS; i++)
        go_away(i);
    assert_int_equal(begin_all(), 0);
    assert_int_equal(schedule_wave(&rollout), SCHEDULE_WAVE_OPEN);
    for (size_t i = 0; i < CAMERAS; i++)
        finish(i, VERDICT_ALREADY);
    assert_int_equal(schedule_wave(&rollout), SCHEDULE_WAVE_OVER);
}

static void a_platform_that_comes_late_has_its_canary_then(void **state)
{
    (void)state;
    set_policy(POLICY_WAVE_LIST, "100%");
    set_policy(POLICY_CANARY, "1");
    assert_int_equal(begin_all(), 1);
    assert_int_equal(schedule_wave(&rollout), SCHEDULE_WAVE_OPEN);
    finish(0, VERDICT_NOT_DONE);
    assert_int_equal(begin_all(), 1);
    finish(1, VERDICT_DONE);
    assert_int_equal(begin_all(), 16);
}

static void a_camera_found_to_be_outside_takes_no_place(void **state)
{
    (void)state;
    set_policy(POLICY_WAVE_LIST, "10%,100%");
    for (size_t i = 0; i < CAMERAS - 2; i++)
        rollout.cameras[i].is_outside = true;
    assert_int_equal(begin_all(), 1);
    rollout.wave = 2;
    assert_int_equal(begin_all(), 1);
}

static void after_the_last_wave_silence_is_waited_for(void **state)
{
    (void)state;
    set_policy(POLICY_WAVE_LIST, "50%,100%");
    for (size_t i = 0; i < CAMERAS; i++)
        finish(i, i == 3 ? VERDICT_DONE : VERDICT_ALREADY);
    go_away(3);
    assert_int_equal(schedule_wave(&rollout), SCHEDULE_WAVE_OVER);
    rollout.wave = 2;
    assert_int_equal(schedule_wave(&rollout), SCHEDULE_WAVE_SOAK);
    rollout.cameras[3].is_soaked = true;
    assert_int_equal(schedule_wave(&rollout), SCHEDULE_WAVE_OVER);
}

static void a_camera_that_is_away_holds_no_wave_and_comes_later(void **state)
{
    enum rollout_work work;
    size_t camera;

    (void)state;
    set_policy(POLICY_WAVE_LIST, "10%,100%");
    assert_int_equal(begin_all(), 2);
    finish(0, VERDICT_DONE);
    assert_int_equal(schedule_wave(&rollout), SCHEDULE_WAVE_OPEN);
    go_away(1);
    assert_int_equal(schedule_wave(&rollout), SCHEDULE_WAVE_SOAK);
    rollout.cameras[0].is_soaked = true;
    assert_int_equal(schedule_wave(&rollout), SCHEDULE_WAVE_OVER);
    assert_false(schedule_next(&rollout, true, NOW, &camera, &work));
    assert_true(schedule_next(&rollout, true, NOW + 60, &camera, &work));
    assert_int_equal(camera, 1);
    assert_int_equal(work, ROLLOUT_PUSH);
}

static void a_soak_begins_with_the_end_of_the_wave(void **state)
{
    enum rollout_work work;
    size_t camera;

    (void)state;
    set_policy(POLICY_WAVE_LIST, "10%,100%");
    finish(0, VERDICT_DONE);
    finish(1, VERDICT_NOT_DONE);
    rollout.wave_end = NOW;
    assert_false(schedule_next(&rollout, true, NOW + 599, &camera, &work));
    assert_true(schedule_next(&rollout, true, NOW + 600, &camera, &work));
    assert_int_equal(camera, 0);
    assert_int_equal(work, ROLLOUT_SOAK);
    /* One that came late is soaked for as long. */
    rollout.cameras[0].is_soaked = true;
    finish(1, VERDICT_DONE);
    rollout.cameras[1].outcome.time = NOW + 1000;
    assert_false(schedule_next(&rollout, true, NOW + 1599, &camera, &work));
    assert_true(schedule_next(&rollout, true, NOW + 1600, &camera, &work));
}

static void a_stop_begins_nothing_but_asks_for_what_was_sent(void **state)
{
    enum rollout_work work;
    size_t camera;

    (void)state;
    rollout.is_stopping = true;
    assert_false(schedule_next(&rollout, true, NOW, &camera, &work));
    rollout.cameras[7].state = ROLLOUT_SENDING;
    assert_true(schedule_next(&rollout, true, NOW, &camera, &work));
    assert_int_equal(camera, 7);
    assert_int_equal(work, ROLLOUT_RESUME);
}

static void outside_its_window_it_asks_but_sends_nothing(void **state)
{
    enum rollout_work work;
    size_t camera;

    (void)state;
    assert_false(schedule_next(&rollout, false, NOW, &camera, &work));
    rollout.cameras[3].outcome.platform[0] = '\0';
    assert_true(schedule_next(&rollout, false, NOW, &camera, &work));
    assert_int_equal(camera, 3);
    assert_int_equal(work, ROLLOUT_ASK);
}

static void a_camera_without_an_image_takes_no_part(void **state)
{
    (void)state;
    set_policy(POLICY_WAVE_LIST, "100%");
    for (size_t i = 2; i < CAMERAS; i++)
        rollout.cameras[i].is_outside = true;
    assert_int_equal(rollout_planned(&rollout), 2);
    assert_int_equal(begin_all(), 2);
}

static void while_an_upload_is_repeated_half_the_places_are_used(void **state)
{
    (void)state;
    set_policy(POLICY_WAVE_LIST, "100%");
    set_policy(POLICY_JOBS, "6");
    rollout.cameras[0].is_resend = true;
    assert_int_equal(begin_all(), 3);
    finish(0, VERDICT_DONE);
    assert_int_equal(begin_all(), 4);
    /* Too many run for it; it comes when they have ended. */
    rollout.cameras[19].is_resend = true;
    for (size_t i = 1; i < 5; i++) {
        finish(i, VERDICT_DONE);
        (void)begin_all();
    }
    assert_int_equal(rollout.cameras[19].work, ROLLOUT_NO_WORK);
    set_policy(POLICY_JOBS, "1");
    for (size_t i = 1; i < CAMERAS - 1; i++)
        finish(i, VERDICT_DONE);
    assert_int_equal(begin_all(), 1);
    assert_int_equal(rollout.cameras[19].work, ROLLOUT_PUSH);
}

static void a_repeated_upload_halves_its_site_alone(void **state)
{
    (void)state;
    set_policy(POLICY_WAVE_LIST, "100%");
    set_policy(POLICY_JOBS, "200");
    for (size_t i = 0; i < CAMERAS; i++)
        (void)snprintf(rollout.cameras[i].site, ROLLOUT_NAME_SIZE, "site-%zu", i % 2);
    rollout.cameras[1].is_resend = true;
    assert_int_equal(begin_all(), 4 + 2);
}

static void a_rate_limits_how_many_begin(void **state)
{
    (void)state;
    set_policy(POLICY_WAVE_LIST, "100%");
    set_policy(POLICY_RATE, "12K");
    assert_int_equal(begin_all(), 3);
}

static void the_sites_take_turns(void **state)
{
    static const char *const sites[] = {"b", "b", "b", "a", "a", ""};
    static const char *const words[] = {"camera-2", "camera-3", "camera-5",
                                        "camera-0", "camera-4", "camera-1"};

    (void)state;
    rollout_close(&rollout);
    (void)begin(state);
    rollout.count = COUNT_OF(sites);
    for (size_t i = 0; i < COUNT_OF(sites); i++) {
        rollout.cameras[i].position = i == 2 ? 1 : 7; /* the list's `order` */
        (void)snprintf(rollout.cameras[i].site, ROLLOUT_NAME_SIZE, "%s", sites[i]);
    }
    sequence_cameras(&rollout);
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        assert_string_equal(rollout.cameras[i].word, words[i]);
        assert_int_equal(rollout.cameras[i].position, i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_wave_begins_no_more_than_its_share, begin, end),
        cmocka_unit_test_setup_teardown(the_places_of_a_site_are_counted, begin, end),
        cmocka_unit_test_setup_teardown(cameras_without_a_site_share_no_site, begin, end),
        cmocka_unit_test_setup_teardown(the_canary_wave_takes_so_many_of_each_platform, begin, end),
        cmocka_unit_test_setup_teardown(a_canary_that_is_away_or_up_to_date_is_replaced, begin,
                                        end),
        cmocka_unit_test_setup_teardown(the_canary_wave_waits_for_a_platform_of_which_all_are_away,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_camera_that_is_away_holds_no_wave_and_comes_later, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_soak_begins_with_the_end_of_the_wave, begin, end),
        cmocka_unit_test_setup_teardown(a_stop_begins_nothing_but_asks_for_what_was_sent, begin,
                                        end),
        cmocka_unit_test_setup_teardown(outside_its_window_it_asks_but_sends_nothing, begin, end),
        cmocka_unit_test_setup_teardown(a_camera_without_an_image_takes_no_part, begin, end),
        cmocka_unit_test_setup_teardown(a_platform_that_comes_late_has_its_canary_then, begin, end),
        cmocka_unit_test_setup_teardown(a_camera_found_to_be_outside_takes_no_place, begin, end),
        cmocka_unit_test_setup_teardown(after_the_last_wave_silence_is_waited_for, begin, end),
        cmocka_unit_test_setup_teardown(while_an_upload_is_repeated_half_the_places_are_used, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_repeated_upload_halves_its_site_alone, begin, end),
        cmocka_unit_test_setup_teardown(a_rate_limits_how_many_begin, begin, end),
        cmocka_unit_test_setup_teardown(the_sites_take_turns, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
