/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/versions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define FIRMWARE "ISP Firmware Version "

static void reads_the_three_lines_wherever_they_stand(void **state)
{
    static const char log[] = "boot\r\n"
                              "ISP Hardware Version ISP-H-0300-V1.00.00\r\n"
                              "  ISP Firmware Version ISP-F-0300-V1.01.00 \r\n"
                              "ISP Device Resource Version UNKNOWN\r\n"
                              "last line";
    struct versions versions;

    (void)state;
    assert_true(versions_read(span_text(log), &versions));
    assert_string_equal(versions.texts[0], "ISP-F-0300-V1.01.00");
    assert_string_equal(versions.texts[1], "UNKNOWN");
    assert_string_equal(versions.texts[2], "ISP-H-0300-V1.00.00");
}

static void what_is_not_there_or_not_clear_is_empty(void **state)
{
    static const char *const logs[] = {
        "",
        "ERROR: not authorized\n",
        "isp firmware version ISP-F-0300-V1.00.00\n",
        "the ISP Firmware Version ISP-F-0300-V1.00.00\n",
        FIRMWARE "\n",
        FIRMWARE "a b\n",
        FIRMWARE "a\x1b[2J\n",
        FIRMWARE "ISP-F-0300-V1.00.00\n" FIRMWARE "ISP-F-0300-V1.01.00\n",
        FIRMWARE "1234567890123456789012345678901234567890123456789012345678901234\n",
    };
    struct versions versions;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(logs); i++) {
        assert_false(versions_read(span_text(logs[i]), &versions));
        assert_string_equal(versions.texts[0], "");
    }
}

static void a_line_that_is_there_twice_and_says_the_same_counts(void **state)
{
    struct versions versions;

    (void)state;
    assert_true(versions_read(span_text(FIRMWARE "x\n" FIRMWARE "x\n"), &versions));
    assert_string_equal(versions.texts[0], "x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_three_lines_wherever_they_stand),
        cmocka_unit_test(what_is_not_there_or_not_clear_is_empty),
        cmocka_unit_test(a_line_that_is_there_twice_and_says_the_same_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
