/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

enum { KEPT = 77 }; /* an output is written only on success */

static void takes_digits_up_to_the_limit(void **state)
{
    static const struct {
        const char *text;
        uint64_t limit, number;
    } rows[] = {
        {"0", 0, 0},
        {"7", 7, 7},
        {"007", 7, 7},
        {"00000000000000000000", 0, 0},
        {"65535", 65535, 65535},
        {"18446744073709551615", UINT64_MAX, UINT64_MAX},
        {"18446744073709551614", UINT64_MAX - 1, UINT64_MAX - 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t number = KEPT;

        assert_true(number_parse(span_text(rows[i].text), rows[i].limit, &number));
        assert_true(number == rows[i].number);
    }
}

static void refuses_every_other_number(void **state)
{
    static const struct {
        const char *text;
        uint64_t limit;
    } rows[] = {
        {"", UINT64_MAX},
        {"+7", UINT64_MAX},
        {"-1", UINT64_MAX},
        {" 7", UINT64_MAX},
        {"7 ", UINT64_MAX},
        {"7\n", UINT64_MAX},
        {"0x7", UINT64_MAX},
        {"7.", UINT64_MAX},
        {"1e3", UINT64_MAX},
        {"1,0", UINT64_MAX},
        {"/", UINT64_MAX},
        {":", UINT64_MAX},
        {"1/", UINT64_MAX},
        {"1:", UINT64_MAX},
        {"8", 7},
        {"1", 0},
        {"65536", 65535},
        {"10", 9},
        {"18446744073709551615", UINT64_MAX - 1},
        {"18446744073709551616", UINT64_MAX}, /* wraps to 0 */
        {"18446744073709551620", UINT64_MAX}, /* and to 4 */
        {"28446744073709551616", UINT64_MAX},
        {"99999999999999999999", UINT64_MAX},
        {"000000000000000000000", UINT64_MAX}, /* 21 digits */
        {"184467440737095516150", UINT64_MAX},
        {"\xd9\xa1", UINT64_MAX}, /* an Arabic one */
    };
    uint64_t number = KEPT;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_false(number_parse(span_text(rows[i].text), rows[i].limit, &number));
    assert_false(number_parse(span_of("7\0", 2), UINT64_MAX, &number));
    assert_false(number_parse(SPAN_EMPTY, UINT64_MAX, &number));
    assert_true(number == KEPT);
}

static void sizes_have_one_unit_at_most(void **state)
{
    static const struct {
        const char *text;
        uint64_t limit, size;
    } rows[] = {
        {"0", 0, 0},
        {"0K", 0, 0},
        {"1023", 1023, 1023},
        {"1K", 1024, 1024},
        {"64K", UINT64_MAX, 65536},
        {"3M", UINT64_MAX, UINT64_C(3) << 20},
        {"4G", UINT64_MAX, UINT64_C(4) << 30},
        {"1K", 2047, 1024},
        {"17179869183G", UINT64_MAX, UINT64_C(17179869183) << 30},
        {"18446744073709551615", UINT64_MAX, UINT64_MAX},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t size = KEPT;

        assert_true(number_parse_size(span_text(rows[i].text), rows[i].limit, &size));
        assert_true(size == rows[i].size);
    }
}

static void refuses_every_other_size(void **state)
{
    static const struct {
        const char *text;
        uint64_t limit;
    } rows[] = {
        {"", UINT64_MAX},
        {"K", UINT64_MAX},
        {"G", UINT64_MAX},
        {"1k", UINT64_MAX},
        {"1m", UINT64_MAX},
        {"1T", UINT64_MAX},
        {"1KK", UINT64_MAX},
        {"1KB", UINT64_MAX},
        {"1 K", UINT64_MAX},
        {"K1", UINT64_MAX},
        {"-1K", UINT64_MAX},
        {"1.5K", UINT64_MAX},
        {"1K", 1023},
        {"2K", 2047},
        {"1M", (1 << 20) - 1},
        {"17179869184G", UINT64_MAX}, /* wraps to 0 */
        {"17179869185G", UINT64_MAX}, /* and to 1 GiB */
        {"18446744073709551616", UINT64_MAX},
    };
    uint64_t size = KEPT;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_false(number_parse_size(span_text(rows[i].text), rows[i].limit, &size));
    assert_false(number_parse_size(SPAN_EMPTY, UINT64_MAX, &size));
    assert_true(size == KEPT);
}

static void hex_is_lower_case_and_of_the_very_size(void **state)
{
    static const struct {
        const char *text;
        size_t size;
        bool taken;
    } rows[] = {
        {"", 0, true},     {"00ff", 2, true}, {"a9", 1, true},     {"0a9f", 2, true},
        {"00f", 2, false}, {"00f", 1, false}, {"00ff0", 2, false}, {"00ff00", 2, false},
        {"00", 2, false},  {"A0", 1, false},  {"0F", 1, false},    {"g0", 1, false},
        {"0g", 1, false},  {"`0", 1, false},  {"/0", 1, false},    {":0", 1, false},
        {"0x", 1, false},  {" 0", 1, false},  {"0", 0, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        unsigned char bytes[3] = {1, 2, 3};
        char text[7];

        assert_int_equal(number_parse_hex(span_text(rows[i].text), bytes, rows[i].size),
                         rows[i].taken);
        assert_int_equal(bytes[rows[i].size], rows[i].size + 1);
        if (!rows[i].taken)
            continue;
        number_format_hex(span_of(bytes, rows[i].size), text);
        assert_string_equal(text, rows[i].text);
    }
}

static void every_byte_has_its_two_digits(void **state)
{
    static const char digits[] = "0123456789abcdef";

    (void)state;
    for (unsigned value = 0; value <= 0xff; value++) {
        unsigned char byte = (unsigned char)value, back = 0;
        char text[3];

        number_format_hex(span_of(&byte, 1), text);
        assert_int_equal(text[0], digits[value / 16]);
        assert_int_equal(text[1], digits[value % 16]);
        assert_int_equal(strlen(text), 2);
        assert_true(number_parse_hex(span_text(text), &back, 1));
        assert_int_equal(back, byte);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_digits_up_to_the_limit),
        cmocka_unit_test(refuses_every_other_number),
        cmocka_unit_test(sizes_have_one_unit_at_most),
        cmocka_unit_test(refuses_every_other_size),
        cmocka_unit_test(hex_is_lower_case_and_of_the_very_size),
        cmocka_unit_test(every_byte_has_its_two_digits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
