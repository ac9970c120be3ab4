/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/truth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* All that can be seen, counted through as the digits of one number. */
static unsigned digit(unsigned *number, unsigned base)
{
    unsigned value = *number % base;

    *number /= base;
    return value;
}

static bool next_facts(unsigned number, struct truth_facts *facts)
{
    *facts = (struct truth_facts){
        .reply = (enum truth_reply)digit(&number, TRUTH_REPLY_COUNT),
        .has_record = digit(&number, 2),
        .is_reached = digit(&number, 2),
        .is_quiet = digit(&number, 2),
        .is_over = digit(&number, 2),
        .state = (enum truth_state)digit(&number, TRUTH_STATE_COUNT),
        .other_boot = digit(&number, 2),
        .other_update = digit(&number, 2),
        .our_update = digit(&number, 2),
        .runs_image = digit(&number, 2),
        .versions = (enum truth_versions)digit(&number, TRUTH_VERSIONS_COUNT),
        .was_away = digit(&number, 2),
        .showed_others = digit(&number, 2),
    };
    return number == 0;
}

/* Calls `holds` for every case, with what is decided. */
static void for_all(bool (*holds)(const struct truth_facts *facts, enum truth truth))
{
    struct truth_facts facts;
    unsigned count = 0;

    while (next_facts(count, &facts)) {
        const char *reason = NULL;
        enum truth truth = truth_decide(&facts, &reason);

        assert_non_null(reason);
        assert_true(truth < TRUTH_COUNT);
        if (!holds(&facts, truth))
            fail_msg("case %u: %s, %s", count, truth_name(truth), reason);
        count++;
    }
    assert_int_equal(count,
                     3 * 16 * 8 * 16 * 4 * 4); /* replies, states, versions, and 10 of yes or no */
}

static bool is_done_by_record(const struct truth_facts *facts)
{
    return facts->is_reached && facts->state == TRUTH_STATE_CONFIRMED && facts->other_boot &&
           facts->other_update && facts->runs_image;
}

static bool is_done_by_log(const struct truth_facts *facts)
{
    return facts->is_reached && facts->reply != TRUTH_REPLY_ERROR && facts->was_away &&
           facts->showed_others && facts->versions == TRUTH_VERSIONS_OF_IMAGE;
}

static bool done_holds(const struct truth_facts *facts, enum truth truth)
{
    bool is_done = facts->has_record ? is_done_by_record(facts) : is_done_by_log(facts);

    return (truth == TRUTH_DONE) == is_done;
}

static void done_is_said_exactly_where_the_rule_says_so(void **state)
{
    (void)state;
    for_all(done_holds);
}

static bool has_ended_badly(const struct truth_facts *facts)
{
    return facts->is_reached && facts->other_update && facts->our_update &&
           (facts->state == TRUTH_STATE_ROLLED_BACK || facts->state == TRUTH_STATE_FAILED);
}

static bool is_under_way(enum truth_state state)
{
    return state == TRUTH_STATE_RECEIVING || state == TRUTH_STATE_WRITING ||
           state == TRUTH_STATE_RESTARTING || state == TRUTH_STATE_TRIAL;
}

static bool is_this_very_update(const struct truth_facts *facts)
{
    return facts->other_update && facts->our_update;
}

/* With a record: an ERROR that stands, or the record of this very update. Without: an ERROR. */
static bool not_done_holds(const struct truth_facts *facts, enum truth truth)
{
    bool is_refused =
        facts->reply == TRUTH_REPLY_ERROR &&
        (!facts->has_record || (facts->is_reached && facts->state != TRUTH_STATE_WRITING &&
                                !(is_this_very_update(facts) && is_under_way(facts->state))));

    return truth != TRUTH_NOT_DONE || is_refused || (facts->has_record && has_ended_badly(facts));
}

static void not_done_needs_an_error_or_the_updates_own_record(void **state)
{
    (void)state;
    for_all(not_done_holds);
}

static bool writing_holds(const struct truth_facts *facts, enum truth truth)
{
    if (!facts->has_record || !facts->is_reached || facts->state != TRUTH_STATE_WRITING)
        return true;
    return truth == (facts->is_over ? TRUTH_UNKNOWN : TRUTH_WAIT);
}

static void a_camera_that_writes_is_waited_for_whatever_it_replied(void **state)
{
    (void)state;
    for_all(writing_holds);
}

static bool under_way_holds(const struct truth_facts *facts, enum truth truth)
{
    if (!facts->has_record || !facts->is_reached || !is_this_very_update(facts) ||
        !is_under_way(facts->state))
        return true;
    return truth == (facts->is_over ? TRUTH_UNKNOWN : TRUTH_WAIT);
}

static void this_very_update_is_waited_for_whatever_was_replied(void **state)
{
    (void)state;
    for_all(under_way_holds);
}

/* The same image may have been sent before: then the record shows it, under the number of then. */
static void a_refusal_is_one_while_an_update_of_somebody_else_goes_on(void **state)
{
    const struct truth_facts facts = {.reply = TRUTH_REPLY_ERROR,
                                      .has_record = true,
                                      .is_reached = true,
                                      .state = TRUTH_STATE_RECEIVING,
                                      .our_update = true};
    const char *reason;

    (void)state;
    assert_int_equal(truth_decide(&facts, &reason), TRUTH_NOT_DONE);
}

static bool trial_holds(const struct truth_facts *facts, enum truth truth)
{
    if (!facts->has_record || !facts->is_reached || facts->state != TRUTH_STATE_TRIAL ||
        facts->reply == TRUTH_REPLY_ERROR)
        return true;
    return truth == (facts->is_over ? TRUTH_UNKNOWN : TRUTH_WAIT);
}

static void a_trial_is_waited_for(void **state)
{
    (void)state;
    for_all(trial_holds);
}

static bool silence_holds(const struct truth_facts *facts, enum truth truth)
{
    if (facts->is_reached || (!facts->has_record && facts->reply == TRUTH_REPLY_ERROR))
        return true;
    return truth == (facts->is_over ? TRUTH_UNKNOWN : TRUTH_WAIT);
}

static void a_camera_that_is_silent_is_waited_for_and_then_unknown(void **state)
{
    (void)state;
    for_all(silence_holds);
}

static bool end_holds(const struct truth_facts *facts, enum truth truth)
{
    return !facts->is_over || truth != TRUTH_WAIT;
}

static void nothing_is_waited_for_past_the_time(void **state)
{
    (void)state;
    for_all(end_holds);
}

/* Between two of its files a camera may look failed for an instant. */
static void a_failed_state_has_to_last(void **state)
{
    struct truth_facts facts = {.has_record = true,
                                .is_reached = true,
                                .state = TRUTH_STATE_FAILED,
                                .other_update = true,
                                .our_update = true};
    const char *reason;

    (void)state;
    assert_int_equal(truth_decide(&facts, &reason), TRUTH_WAIT);
    facts.is_quiet = true;
    assert_int_equal(truth_decide(&facts, &reason), TRUTH_NOT_DONE);
}

static bool is_away_after(const unsigned *found, size_t count)
{
    struct truth_facts facts = {.has_record = false};

    for (size_t i = 0; i < count; i++)
        truth_note_nobody(&facts, found[i]);
    return facts.was_away;
}

static void one_try_that_nobody_took_is_no_restart(void **state)
{
    const unsigned one[] = {0, 1, 0, 1, 0}, two[] = {0, 1, 1, 0}, silence[] = {2, 0};

    (void)state;
    assert_false(is_away_after(one, 5));
    assert_true(is_away_after(two, 4));
    assert_true(is_away_after(silence, 2));
}

static void each_outcome_has_a_name_of_its_own(void **state)
{
    (void)state;
    assert_string_equal(truth_name(TRUTH_DONE), "done");
    assert_string_equal(truth_name(TRUTH_NOT_DONE), "not done");
    assert_string_equal(truth_name(TRUTH_UNKNOWN), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(done_is_said_exactly_where_the_rule_says_so),
        cmocka_unit_test(not_done_needs_an_error_or_the_updates_own_record),
        cmocka_unit_test(a_camera_that_writes_is_waited_for_whatever_it_replied),
        cmocka_unit_test(this_very_update_is_waited_for_whatever_was_replied),
        cmocka_unit_test(a_refusal_is_one_while_an_update_of_somebody_else_goes_on),
        cmocka_unit_test(a_trial_is_waited_for),
        cmocka_unit_test(a_camera_that_is_silent_is_waited_for_and_then_unknown),
        cmocka_unit_test(nothing_is_waited_for_past_the_time),
        cmocka_unit_test(a_failed_state_has_to_last),
        cmocka_unit_test(one_try_that_nobody_took_is_no_restart),
        cmocka_unit_test(each_outcome_has_a_name_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
