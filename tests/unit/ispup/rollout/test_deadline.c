/* SPDX-License-Identifier: Apache-2.0 */
/* What ends at the deadline, and which of it counts in the budget. */
#include "ispup/rollout/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1000000, DEADLINE = NOW + 7 * 86400 };

static struct rollout rollout;
static struct rollout_camera *camera;

static int begin(void **state)
{
    struct error err = ERROR_EMPTY;

    (void)state;
    rollout = (struct rollout){.begun_at = NOW};
    policy_reset(&rollout.policy);
    assert_true(rollout_allocate(&rollout, 1, &err));
    camera = &rollout.cameras[0];
    camera->was_asked = true;
    return 0;
}

static int end(void **state)
{
    (void)state;
    rollout_close(&rollout);
    return 0;
}

/* Its upload broke off: it waits for its second try. */
static void break_off(void)
{
    const struct outcome broken = {
        .verdict = VERDICT_NOT_DONE, .reason = REASON_FAILED, .is_cut = true};

    camera->state = ROLLOUT_SENDING;
    camera->sends = 1;
    assert_int_equal(progress_pushed(&rollout, camera, &broken, NOW, 0), LEDGER_WAITS);
}

/* Nothing was sent, for that reason. */
static void wait_for(enum verdict_reason reason)
{
    const struct outcome outcome = {.verdict = VERDICT_NOT_DONE, .reason = reason};

    assert_int_equal(progress_pushed(&rollout, camera, &outcome, NOW, 0), LEDGER_WAITS);
}

static size_t failures_at_the_deadline(void)
{
    struct budget_tally tally;

    assert_false(progress_is_late(&rollout, camera, DEADLINE - 1));
    assert_true(progress_is_late(&rollout, camera, DEADLINE));
    assert_int_equal(camera->outcome.verdict, VERDICT_NOT_DONE);
    rollout_tally(&rollout, &tally);
    assert_int_equal(tally.ended, 1);
    return tally.failed;
}

static void only_what_kept_a_camera_away_is_outside_the_budget(void **state)
{
    static const struct {
        enum verdict_reason reason; /* of its last answer */
        const char *code;
        size_t failed, failed_after_a_cut;
    } rows[] = {
        {REASON_UNREACHABLE, "unreachable", 0, 1},
        {REASON_SILENT, "silent", 0, 1},
        {REASON_BUSY, "busy", 0, 1},
        {REASON_TRIAL, "trial", 0, 1},
        {REASON_REFUSED + ERROR_CLASS_TRIAL, "error-trial", 0, 1},
        {REASON_NO_FORM, "no-form", 1, 1},
        {REASON_UNSENT, "unsent", 1, 1},
        {REASON_NO_RECORD, "no-record", 1, 1},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        end(state);
        begin(state);
        wait_for(rows[i].reason);
        assert_int_equal(failures_at_the_deadline(), rows[i].failed);
        assert_string_equal(camera->code, rows[i].code);
        end(state);
        begin(state);
        break_off();
        wait_for(rows[i].reason);
        assert_int_equal(failures_at_the_deadline(), rows[i].failed_after_a_cut);
    }
}

static void an_upload_that_broke_off_last_is_a_failure(void **state)
{
    (void)state;
    break_off();
    assert_int_equal(failures_at_the_deadline(), 1);
    assert_string_equal(camera->code, "failed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_what_kept_a_camera_away_is_outside_the_budget, begin,
                                        end),
        cmocka_unit_test_setup_teardown(an_upload_that_broke_off_last_is_a_failure, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
