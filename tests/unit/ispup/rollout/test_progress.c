/* SPDX-License-Identifier: Apache-2.0 */
/* What each answer of a camera means for its place in the rollout. */
#include "ispup/rollout/progress.h"

#include "between.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1000000 };

static struct rollout rollout;
static struct rollout_camera *camera;

static int begin(void **state)
{
    struct error err = ERROR_EMPTY;

    (void)state;
    memset(&rollout, 0, sizeof(rollout));
    policy_reset(&rollout.policy);
    assert_true(rollout_allocate(&rollout, 2, &err));
    camera = &rollout.cameras[0];
    camera->was_asked = true;
    (void)snprintf(rollout.images[0].platform, sizeof(rollout.images[0].platform), "0300");
    rollout.image_count = 1;
    rollout.begun_at = NOW;
    return 0;
}

static int end(void **state)
{
    (void)state;
    rollout_close(&rollout);
    return 0;
}

static struct outcome answer(enum verdict verdict, enum verdict_reason reason)
{
    return (struct outcome){.verdict = verdict,
                            .reason = reason,
                            .id = "00:11:22:33:44:55",
                            .platform = "0300",
                            .update = "7",
                            .boot_before = "boot-1",
                            .boot_after = "boot-2",
                            .why = "because"};
}

#define ask(outcome) progress_asked(&rollout, camera, outcome, NOW, 15)

static void a_camera_is_known_once_it_was_asked(void **state)
{
    struct outcome outcome = answer(VERDICT_DONE, REASON_FREE);

    (void)state;
    assert_int_equal(ask(&outcome), LEDGER_KNOWN);
    assert_string_equal(camera->outcome.id, "00:11:22:33:44:55");
    assert_int_equal(camera->state, ROLLOUT_WAITING);
}

static void silence_is_asked_again(void **state)
{
    struct outcome outcome = {.verdict = VERDICT_UNKNOWN, .reason = REASON_UNREACHABLE};

    (void)state;
    assert_int_equal(ask(&outcome), LEDGER_WAITS);
    assert_true(camera->is_away);
    assert_int_equal(camera->next_at, NOW + 60);
    assert_int_equal(ask(&outcome), LEDGER_WAITS);
    assert_between((uint64_t)camera->next_at, NOW + 90, NOW + 150);
}

static void who_takes_no_part_is_left_out(void **state)
{
    struct outcome strange = answer(VERDICT_NOT_DONE, REASON_REFUSED + ERROR_CLASS_PLATFORM);
    struct outcome old = answer(VERDICT_NOT_DONE, REASON_OLDER);
    struct outcome silent = answer(VERDICT_DONE, REASON_FREE);

    (void)state;
    (void)snprintf(strange.platform, sizeof(strange.platform), "0999");
    assert_int_equal(ask(&strange), LEDGER_LEFT_OUT);
    assert_true(camera->is_outside);
    assert_string_equal(camera->code, "no-image");
    progress_retry(camera);
    assert_int_equal(ask(&old), LEDGER_LEFT_OUT);
    assert_string_equal(camera->code, "older");
    assert_true(camera->is_exempt && !camera->is_outside);
    progress_retry(camera);
    silent.boot_before[0] = '\0';
    assert_int_equal(ask(&silent), LEDGER_LEFT_OUT);
    assert_string_equal(camera->code, "without-record");
    rollout.policy.without_record = true;
    progress_retry(camera);
    assert_int_equal(ask(&silent), LEDGER_KNOWN);
}

static void two_lines_with_one_id_are_not_both_updated(void **state)
{
    struct outcome outcome = answer(VERDICT_DONE, REASON_FREE);

    (void)state;
    assert_int_equal(ask(&outcome), LEDGER_KNOWN);
    assert_int_equal(progress_asked(&rollout, &rollout.cameras[1], &outcome, NOW, 0),
                     LEDGER_LEFT_OUT);
    assert_string_equal(rollout.cameras[1].code, "same-id");
}

static void another_id_than_at_first_gets_nothing(void **state)
{
    struct outcome outcome = answer(VERDICT_DONE, REASON_FREE);

    (void)state;
    assert_int_equal(ask(&outcome), LEDGER_KNOWN);
    (void)snprintf(outcome.id, sizeof(outcome.id), "00:11:22:33:44:66");
    assert_false(progress_may_send(&rollout, camera, &outcome, NOW));
    assert_int_equal(camera->state, ROLLOUT_ENDED);
    assert_string_equal(camera->code, "other-camera");
    assert_string_equal(camera->outcome.id, "00:11:22:33:44:55");
}

static void who_lost_its_record_gets_nothing(void **state)
{
    struct outcome outcome = answer(VERDICT_DONE, REASON_FREE);

    (void)state;
    assert_int_equal(ask(&outcome), LEDGER_KNOWN);
    outcome.boot_before[0] = '\0';
    assert_false(progress_may_send(&rollout, camera, &outcome, NOW));
    assert_string_equal(camera->code, "without-record");
    assert_true(camera->is_exempt);
    rollout.policy.without_record = true;
    assert_true(progress_may_send(&rollout, camera, &outcome, NOW));
}

/* Otherwise it would get an image that it was kept from. */
static void who_begins_again_is_asked_again(void **state)
{
    struct outcome outcome = answer(VERDICT_DONE, REASON_FREE);

    (void)state;
    assert_int_equal(ask(&outcome), LEDGER_KNOWN);
    progress_retry(camera);
    assert_string_equal(camera->outcome.platform, "");
    assert_string_equal(camera->outcome.id, outcome.id);
}

static void send(void)
{
    struct outcome before = answer(VERDICT_WAIT, REASON_FREE);

    assert_true(progress_may_send(&rollout, camera, &before, NOW));
    assert_int_equal(camera->state, ROLLOUT_SENDING);
}

#define push(outcome) progress_pushed(&rollout, camera, outcome, NOW, 15)

static void what_was_sent_is_never_sent_again_by_itself(void **state)
{
    static const struct {
        enum verdict verdict;
        enum verdict_reason reason;
    } rows[] = {
        {VERDICT_DONE, REASON_CONFIRMED},
        {VERDICT_NOT_DONE, REASON_ROLLED_BACK},
        {VERDICT_NOT_DONE, REASON_FAILED},
        {VERDICT_UNKNOWN, REASON_SILENT},
        {VERDICT_UNKNOWN, REASON_UNREACHABLE},
        {VERDICT_UNKNOWN, REASON_NO_TRACE},
        {VERDICT_UNKNOWN, REASON_TRIAL},
        {VERDICT_NOT_DONE, REASON_REFUSED + ERROR_CLASS_BUSY},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct outcome outcome = answer(rows[i].verdict, rows[i].reason);

        progress_retry(camera);
        send();
        assert_int_equal(push(&outcome), LEDGER_ENDED);
        assert_int_equal(camera->state, ROLLOUT_ENDED);
        assert_int_equal(camera->outcome.verdict, rows[i].verdict);
    }
}

static void a_broken_link_that_the_record_proves_is_tried_once_more(void **state)
{
    struct outcome broken = answer(VERDICT_NOT_DONE, REASON_FAILED);

    (void)state;
    broken.is_cut = true;
    send();
    assert_int_equal(push(&broken), LEDGER_WAITS);
    assert_int_equal(camera->state, ROLLOUT_WAITING);
    send();
    assert_int_equal(push(&broken), LEDGER_ENDED);
    progress_retry(camera);
    camera->sends = 0;
    broken.is_cut = false;
    send();
    assert_int_equal(push(&broken), LEDGER_ENDED);
}

static void a_run_that_ended_before_the_image_arrived_begins_again(void **state)
{
    struct outcome nothing = answer(VERDICT_NOT_DONE, REASON_NO_TRACE);

    (void)state;
    for (unsigned i = 1; i < rollout.policy.tries; i++) {
        send();
        assert_int_equal(push(&nothing), LEDGER_WAITS);
        assert_int_equal(camera->next_at, NOW);
        assert_false(camera->is_away);
    }
    send();
    assert_int_equal(push(&nothing), LEDGER_ENDED);
}

static void what_the_run_itself_left_waits_for_its_turn(void **state)
{
    struct outcome left = answer(VERDICT_NOT_DONE, REASON_INTERRUPTED);

    (void)state;
    assert_int_equal(push(&left), LEDGER_WAITS);
    assert_false(camera->is_away);
    assert_int_equal(camera->next_at, 0);
    assert_int_equal(camera->tries, 0);
}

static void tries_count_only_if_it_answered_and_nothing_was_sent(void **state)
{
    struct outcome denied = answer(VERDICT_NOT_DONE, REASON_REFUSED + ERROR_CLASS_ACCOUNT);
    struct outcome no_form = answer(VERDICT_NOT_DONE, REASON_NO_FORM);
    struct outcome away = answer(VERDICT_NOT_DONE, REASON_UNREACHABLE);
    struct outcome busy = answer(VERDICT_NOT_DONE, REASON_TRIAL);

    (void)state;
    for (unsigned i = 0; i < 20; i++) {
        assert_int_equal(push(&away), LEDGER_WAITS);
        assert_int_equal(push(&busy), LEDGER_WAITS);
    }
    for (unsigned i = 1; i < rollout.policy.tries; i++)
        assert_int_equal(push(&no_form), LEDGER_WAITS);
    assert_int_equal(push(&no_form), LEDGER_ENDED);
    progress_retry(camera);
    assert_int_equal(push(&denied), LEDGER_ENDED); /* a wrong password ends at once */
    assert_false(camera->is_exempt);
}

static void a_wrong_password_ends_the_run_of_who_was_never_seen(void **state)
{
    struct outcome denied = answer(VERDICT_NOT_DONE, REASON_REFUSED + ERROR_CLASS_ACCOUNT);

    (void)state;
    denied.platform[0] = '\0';
    rollout.begun_at = 0; /* the plan */
    assert_int_equal(ask(&denied), LEDGER_WAITS);
    rollout.begun_at = NOW;
    assert_int_equal(ask(&denied), LEDGER_ENDED);
    assert_false(camera->is_exempt);
}

#define soak(outcome) progress_soaked(camera, outcome, NOW, 15)

static void be_done(void)
{
    struct outcome done = answer(VERDICT_DONE, REASON_CONFIRMED);

    progress_retry(camera);
    send();
    assert_int_equal(push(&done), LEDGER_ENDED);
}

static void after_the_wave_it_must_still_run_the_image(void **state)
{
    struct outcome runs = answer(VERDICT_ALREADY, REASON_RUNS_IMAGE);
    struct outcome changed = answer(VERDICT_DONE, REASON_FREE);

    (void)state;
    be_done();
    (void)snprintf(runs.boot_before, sizeof(runs.boot_before), "boot-2");
    assert_int_equal(soak(&runs), LEDGER_SOAKED);
    assert_true(camera->is_soaked);
    be_done();
    assert_int_equal(soak(&changed), LEDGER_ENDED);
    assert_int_equal(camera->outcome.verdict, VERDICT_NOT_DONE);
    assert_string_equal(camera->code, "since-changed");
}

static void after_the_wave_another_camera_proves_nothing(void **state)
{
    struct outcome runs = answer(VERDICT_ALREADY, REASON_RUNS_IMAGE);

    (void)state;
    be_done();
    (void)snprintf(runs.id, sizeof(runs.id), "00:11:22:33:44:66");
    assert_int_equal(soak(&runs), LEDGER_ENDED);
    assert_int_equal(camera->outcome.verdict, VERDICT_UNKNOWN);
    assert_string_equal(camera->code, "other-camera");
    progress_retry(camera);
    assert_string_equal(camera->outcome.id, "");
}

static void one_restart_is_a_note_two_are_a_failure(void **state)
{
    struct outcome runs = answer(VERDICT_ALREADY, REASON_RUNS_IMAGE);

    (void)state;
    be_done();
    (void)snprintf(runs.boot_before, sizeof(runs.boot_before), "boot-3");
    assert_int_equal(soak(&runs), LEDGER_RESTARTED);
    assert_int_equal(camera->next_at, NOW + 300);
    assert_int_equal(soak(&runs), LEDGER_SOAKED);
    be_done();
    assert_int_equal(soak(&runs), LEDGER_RESTARTED);
    (void)snprintf(runs.boot_before, sizeof(runs.boot_before), "boot-4");
    assert_int_equal(soak(&runs), LEDGER_ENDED);
    assert_string_equal(camera->code, "restarts");
}

static void after_the_wave_neither_silence_nor_a_denied_account_is_a_failure(void **state)
{
    struct outcome silent = {.verdict = VERDICT_UNKNOWN, .reason = REASON_UNREACHABLE};
    struct outcome denied = answer(VERDICT_NOT_DONE, REASON_REFUSED + ERROR_CLASS_ACCOUNT);

    (void)state;
    be_done();
    assert_int_equal(soak(&silent), LEDGER_WAITS);
    assert_int_equal(soak(&denied), LEDGER_WAITS);
    assert_int_equal(camera->outcome.verdict, VERDICT_DONE);
    assert_false(progress_is_late(&rollout, camera, NOW + 7 * 86400 - 1));
    assert_true(progress_is_late(&rollout, camera, NOW + 7 * 86400));
    assert_int_equal(camera->outcome.verdict, VERDICT_UNKNOWN);
    assert_string_equal(camera->code, "silent");
}

static void a_camera_under_retry_leaves_the_count(void **state)
{
    struct outcome failed = answer(VERDICT_NOT_DONE, REASON_FAILED);
    struct budget_tally tally;

    (void)state;
    send();
    (void)push(&failed);
    rollout_tally(&rollout, &tally);
    assert_int_equal(tally.failed, 1);
    assert_int_equal(tally.same, 1);
    progress_retry(camera);
    rollout_tally(&rollout, &tally);
    assert_int_equal(tally.failed, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_camera_is_known_once_it_was_asked),
        TEST(silence_is_asked_again),
        TEST(who_takes_no_part_is_left_out),
        TEST(two_lines_with_one_id_are_not_both_updated),
        TEST(another_id_than_at_first_gets_nothing),
        TEST(who_lost_its_record_gets_nothing),
        TEST(who_begins_again_is_asked_again),
        TEST(what_was_sent_is_never_sent_again_by_itself),
        TEST(a_broken_link_that_the_record_proves_is_tried_once_more),
        TEST(a_run_that_ended_before_the_image_arrived_begins_again),
        TEST(what_the_run_itself_left_waits_for_its_turn),
        TEST(tries_count_only_if_it_answered_and_nothing_was_sent),
        TEST(a_wrong_password_ends_the_run_of_who_was_never_seen),
        TEST(after_the_wave_it_must_still_run_the_image),
        TEST(after_the_wave_another_camera_proves_nothing),
        TEST(one_restart_is_a_note_two_are_a_failure),
        TEST(after_the_wave_neither_silence_nor_a_denied_account_is_a_failure),
        TEST(a_camera_under_retry_leaves_the_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
