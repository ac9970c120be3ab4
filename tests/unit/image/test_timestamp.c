/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "image/timestamp.h"

static void takes_moments_that_the_calendar_has(void **state)
{
    static const char *const texts[] = {"2026-11-22T10:00:00Z", "0000-01-01T00:00:00Z",
                                        "2024-02-29T23:59:59Z", "2000-02-29T00:00:00Z",
                                        "9999-12-31T23:59:59Z"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_true(timestamp_is_valid(span_text(texts[i])));
}

static void refuses_every_other_text(void **state)
{
    static const char *const texts[] = {
        "",
        "2026-11-22",
        "2026-11-22T10:00:00",
        "2026-11-22T10:00:00z",
        "2026-11-22t10:00:00Z",
        "2026-11-22 10:00:00Z",
        "2026-11-22T10:00:00+00:00",
        "2026-11-22T10:00:00.0Z",
        "2026-00-22T10:00:00Z",
        "2026-13-22T10:00:00Z",
        "2026-11-00T10:00:00Z",
        "2026-11-31T10:00:00Z",
        "2026-02-29T10:00:00Z",
        "1900-02-29T10:00:00Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T10:60:00Z",
        "2026-11-22T10:00:60Z",
        "26-11-22T10:00:00Z",
        "-026-11-22T10:00:00Z",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_false(timestamp_is_valid(span_text(texts[i])));
}

static void formats_seconds_as_utc(void **state)
{
    static const struct {
        uint64_t seconds;
        const char *text;
    } known[] = {
        {0, "1970-01-01T00:00:00Z"},
        {951782400, "2000-02-29T00:00:00Z"},
        {1795341600, "2026-11-22T10:00:00Z"},
        {TIMESTAMP_LIMIT, "9999-12-31T23:59:59Z"},
    };
    char text[TIMESTAMP_SIZE + 1];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        timestamp_format(known[i].seconds, text);
        assert_string_equal(text, known[i].text);
        assert_true(timestamp_is_valid(span_text(text)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_moments_that_the_calendar_has),
        cmocka_unit_test(refuses_every_other_text),
        cmocka_unit_test(formats_seconds_as_utc),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
