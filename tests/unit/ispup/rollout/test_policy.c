/* SPDX-License-Identifier: Apache-2.0 */
/* The small parts of a policy: shares, and each option's words. */
#include "ispup/rollout/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_share_rounds_up(void **state)
{
    static const struct {
        const char *text;
        uint64_t planned, cameras;
    } rows[] = {
        {"5%", 100, 5}, {"5%", 101, 6}, {"5%", 1, 1},     {"100%", 7, 7}, {"0%", 7, 0},
        {"40", 10, 40}, {"0", 10, 0},   {"1%", 1000, 10}, {"33%", 3, 1},  {"5%", 0, 0},
    };
    struct share share;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_true(share_parse(span_text(rows[i].text), &share));
        assert_int_equal(share_of(&share, rows[i].planned), rows[i].cameras);
    }
}

static void refuses_what_is_no_share(void **state)
{
    static const char *const texts[] = {"",    "%",   "101%", "-1",      "5%%",
                                        "5 %", "5%x", "1.5%", "1000001", "+5"};
    struct share share;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_false(share_parse(span_text(texts[i]), &share));
}

static void has_the_documented_defaults(void **state)
{
    struct policy policy;

    (void)state;
    policy_reset(&policy);
    assert_int_equal(policy.canary, 1);
    assert_int_equal(policy.wave_count, 3);
    assert_int_equal(policy.waves[1].number, 25);
    assert_int_equal(policy.soak, 600);
    assert_true(policy.budget.all.is_percent);
    assert_false(policy.budget.has_same);
    assert_int_equal(policy.jobs, 16);
    assert_int_equal(policy.site_jobs, 4);
    assert_int_equal(policy.rate, 0);
    assert_false(policy.has_window);
    assert_int_equal(policy.deadline, 7 * 24 * 3600);
    assert_int_equal(policy.wait, 300);
    assert_false(policy.approve || policy.allow_older || policy.without_record);
}

static void takes_and_refuses_each_option(void **state)
{
    static const struct {
        enum policy_item item;
        const char *text;
        bool is_valid;
    } rows[] = {
        {POLICY_WAVE_LIST, "10%,100%", true},
        {POLICY_WAVE_LIST, "1,10,100%", true},
        {POLICY_WAVE_LIST, "10%,5%", false},
        {POLICY_WAVE_LIST, "5%,5%", false},
        {POLICY_WAVE_LIST, "", false},
        {POLICY_WAVE_LIST, "0%,100%", false},
        {POLICY_WAVE_LIST, "5%,,100%", false},
        {POLICY_WAVE_LIST, "5%,100%,", true},
        {POLICY_WAVE_LIST, "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", true},
        {POLICY_WAVE_LIST, "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", false},
        {POLICY_JOBS, "0", false},
        {POLICY_JOBS, "256", true},
        {POLICY_JOBS, "257", false},
        {POLICY_RATE, "4095", false},
        {POLICY_RATE, "4K", true},
        {POLICY_RATE, "", true},
        {POLICY_WINDOW, "22:00-05:00", true},
        {POLICY_WINDOW, "22:00-22:00", false},
        {POLICY_WINDOW, "24:00-05:00", false},
        {POLICY_WINDOW, "22-05", false},
        {POLICY_WINDOW, "22:60-05:00", false},
        {POLICY_APPROVE, "maybe", false},
        {POLICY_TRIES, "0", false},
        {POLICY_DEADLINE, "0", false},
        {POLICY_SOAK, "0", true},
        {POLICY_BUDGET, "3", true},
        {POLICY_BUDGET_SAME, "5%", false},
        {POLICY_CANARY, "0", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct error err = ERROR_EMPTY;
        struct policy policy;

        policy_reset(&policy);
        assert_int_equal(policy_take(&policy, rows[i].item, rows[i].text, &err), rows[i].is_valid);
        if (rows[i].is_valid)
            assert_string_equal(policy.texts[rows[i].item], rows[i].text);
        else
            assert_int_equal(err.kind, ERROR_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_rounds_up),
        cmocka_unit_test(refuses_what_is_no_share),
        cmocka_unit_test(has_the_documented_defaults),
        cmocka_unit_test(takes_and_refuses_each_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
