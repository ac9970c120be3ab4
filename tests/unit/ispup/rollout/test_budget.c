/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct budget two_percent = {.all = {.number = 2, .is_percent = true}};
static const struct budget none = {.all = {.number = 0}};
static const struct budget five = {.all = {.number = 5}, .has_same = true, .same = 2};

static void stops_when_a_limit_is_exceeded_not_when_it_is_reached(void **state)
{
    static const struct {
        const struct budget *budget;
        struct budget_tally tally; /* planned, ended, failed, same, in_canary */
        enum budget_verdict verdict;
    } rows[] = {
        {&two_percent, {100, 50, 2, 2, 0}, BUDGET_HOLDS},
        {&two_percent, {100, 50, 3, 3, 0}, BUDGET_EXCEEDED},
        {&two_percent, {101, 50, 3, 3, 0}, BUDGET_HOLDS}, /* rounds up: 3 */
        {&two_percent, {1000, 500, 20, 10, 0}, BUDGET_HOLDS},
        {&two_percent, {1000, 500, 20, 11, 0}, BUDGET_SAME_EXCEEDED},
        {&two_percent, {1000, 500, 21, 1, 0}, BUDGET_EXCEEDED},
        {&two_percent, {20, 10, 1, 1, 0}, BUDGET_HOLDS}, /* at least one may fail */
        {&two_percent, {20, 10, 2, 2, 0}, BUDGET_EXCEEDED},
        {&two_percent, {20, 9, 2, 2, 0}, BUDGET_HOLDS}, /* too few to judge by a percentage */
        {&two_percent, {20, 9, 4, 4, 0}, BUDGET_SAME_EXCEEDED},
        {&two_percent, {4, 4, 2, 2, 0}, BUDGET_EXCEEDED}, /* but these are all */
        {&none, {100, 1, 0, 0, 0}, BUDGET_HOLDS},
        {&none, {100, 1, 1, 1, 0}, BUDGET_EXCEEDED}, /* a number counts from the first on */
        {&five, {100, 5, 5, 2, 0}, BUDGET_HOLDS},
        {&five, {100, 5, 5, 3, 0}, BUDGET_SAME_EXCEEDED},
        {&five, {100, 6, 6, 1, 0}, BUDGET_EXCEEDED},
        {&five, {100, 1, 1, 1, 1}, BUDGET_CANARY_FAILED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(budget_decide(rows[i].budget, &rows[i].tally), rows[i].verdict);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stops_when_a_limit_is_exceeded_not_when_it_is_reached),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
