/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/duration.h"

#include "base/compiler.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void reads_and_writes_durations(void **state)
{
    static const struct {
        const char *text;
        uint64_t seconds;
        const char *shown;
    } rows[] = {
        {"0", 0, "0 s"},
        {"45s", 45, "45 s"},
        {"60", 60, "1 min"},
        {"90s", 90, "1 min 30 s"},
        {"10m", 600, "10 min"},
        {"2h", 7200, "2 h"},
        {"125m", 7500, "2 h 5 min"},
        {"7d", 604800, "7 d"},
        {"25h", 90000, "1 d 1 h"},
    };
    char text[DURATION_TEXT_SIZE];
    uint64_t seconds;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_true(duration_parse(span_text(rows[i].text), 604800, &seconds));
        assert_int_equal(seconds, rows[i].seconds);
        duration_format(seconds, text);
        assert_string_equal(text, rows[i].shown);
    }
    assert_false(duration_parse(span_text("8d"), 604800, &seconds));
    assert_false(duration_parse(span_text("d"), 604800, &seconds));
    assert_false(duration_parse(span_text(""), 604800, &seconds));
    assert_false(duration_parse(span_text("1w"), 604800, &seconds));
    assert_false(duration_parse(span_text("18446744073709551615d"), UINT64_MAX, &seconds));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes_durations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
