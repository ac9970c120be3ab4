/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "image/pattern.h"

static void a_zero_stands_for_any_digit_and_all_else_for_itself(void **state)
{
    (void)state;
    assert_true(pattern_matches(span_text("V9.87"), "V0.00"));
    assert_false(pattern_matches(span_text("v9.87"), "V0.00"));
    assert_false(pattern_matches(span_text("V9.8:"), "V0.00"));
    assert_false(pattern_matches(span_text("V9.8/"), "V0.00"));
    assert_false(pattern_matches(span_text("V9.8"), "V0.00"));
    assert_false(pattern_matches(span_text("V9.870"), "V0.00"));
    assert_false(pattern_matches(span_of("V9.87\0", 6), "V0.00"));
    assert_true(pattern_matches(SPAN_EMPTY, ""));
    assert_false(pattern_matches(SPAN_EMPTY, "0"));
}

static void reads_the_digits_that_stand_there(void **state)
{
    (void)state;
    assert_int_equal(pattern_number(span_text("2026-11"), 0, 4), 2026);
    assert_int_equal(pattern_number(span_text("2026-11"), 5, 2), 11);
    assert_int_equal(pattern_number(span_text("999999999"), 0, 9), 999999999);
    assert_int_equal(pattern_number(span_text("1"), 1, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zero_stands_for_any_digit_and_all_else_for_itself),
        cmocka_unit_test(reads_the_digits_that_stand_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
