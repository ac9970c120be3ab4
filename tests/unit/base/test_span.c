/* SPDX-License-Identifier: Apache-2.0 */
#include "base/span.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

/* A literal with its NUL bytes. */
#define BYTES(literal) span_of(literal, sizeof(literal) - 1)

static void spans_are_the_same_byte_by_byte(void **state)
{
    static const struct {
        struct span one, other;
        bool same, same_letters;
    } rows[] = {
        {{NULL, 0}, {NULL, 0}, true, true},
        {{(const unsigned char *)"x", 0}, {NULL, 0}, true, true},
        {{(const unsigned char *)"abc", 3}, {(const unsigned char *)"abc", 3}, true, true},
        {{(const unsigned char *)"abc", 3}, {(const unsigned char *)"ABC", 3}, false, true},
        {{(const unsigned char *)"az", 2}, {(const unsigned char *)"AZ", 2}, false, true},
        {{(const unsigned char *)"abc", 3}, {(const unsigned char *)"abd", 3}, false, false},
        {{(const unsigned char *)"abc", 3}, {(const unsigned char *)"xbc", 3}, false, false},
        {{(const unsigned char *)"abc", 3}, {(const unsigned char *)"abc", 2}, false, false},
        {{(const unsigned char *)"a\0b", 3}, {(const unsigned char *)"a\0c", 3}, false, false},
        /* 0x20 apart, but not letters */
        {{(const unsigned char *)"[", 1}, {(const unsigned char *)"{", 1}, false, false},
        {{(const unsigned char *)"@", 1}, {(const unsigned char *)"`", 1}, false, false},
        {{(const unsigned char *)"\xc4", 1}, {(const unsigned char *)"\xe4", 1}, false, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(span_same(rows[i].one, rows[i].other), rows[i].same);
        assert_int_equal(span_same(rows[i].other, rows[i].one), rows[i].same);
        assert_int_equal(span_same_letters(rows[i].one, rows[i].other), rows[i].same_letters);
        assert_int_equal(span_same_letters(rows[i].other, rows[i].one), rows[i].same_letters);
    }
}

static void a_span_is_a_text_without_its_nul(void **state)
{
    (void)state;
    assert_true(span_is(BYTES("OK"), "OK"));
    assert_false(span_is(BYTES("OK\0"), "OK"));
    assert_false(span_is(BYTES("OK"), "OK\n"));
    assert_false(span_is(BYTES("O"), "OK"));
    assert_true(span_is(SPAN_EMPTY, ""));
    assert_int_equal(span_text(NULL).size, 0);
}

static void begins_with_a_text_that_fits(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *text;
        bool begins;
        size_t left; /* by span_skip */
    } rows[] = {
        {"ISP-U-0300", 10, "ISP-U-", true, 4},
        {"ISP-U-", 6, "ISP-U-", true, 0},
        {"ISP-U", 5, "ISP-U-", false, 5},
        {"isp-u-", 6, "ISP-U-", false, 6},
        {"x", 1, "", true, 1},
        {NULL, 0, "", true, 0},
        {NULL, 0, "x", false, 0},
        {"\0x", 2, "\0", true, 2},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct span rest = span_of(rows[i].bytes, rows[i].size);

        assert_int_equal(span_begins(rest, rows[i].text), rows[i].begins);
        assert_int_equal(span_skip(&rest, rows[i].text), rows[i].begins);
        assert_int_equal(rest.size, rows[i].left);
        assert_true(span_same(
            rest, span_from(span_of(rows[i].bytes, rows[i].size), rows[i].size - rows[i].left)));
    }
}

static void parts_never_pass_the_end(void **state)
{
    struct span bytes = BYTES("abcdef");

    (void)state;
    assert_true(span_is(span_from(bytes, 0), "abcdef"));
    assert_true(span_is(span_from(bytes, 5), "f"));
    assert_int_equal(span_from(bytes, 6).size, 0);
    assert_int_equal(span_from(bytes, 7).size, 0);
    assert_int_equal(span_from(bytes, SIZE_MAX).size, 0);
    assert_int_equal(span_from(SPAN_EMPTY, 0).size, 0);
    assert_int_equal(span_first(bytes, 0).size, 0);
    assert_true(span_is(span_first(bytes, 5), "abcde"));
    assert_true(span_is(span_first(bytes, 6), "abcdef"));
    assert_true(span_is(span_first(bytes, 7), "abcdef"));
    assert_true(span_is(span_first(bytes, SIZE_MAX), "abcdef"));
    assert_int_equal(span_first(SPAN_EMPTY, 1).size, 0);
}

static void has_a_byte_within_its_size_alone(void **state)
{
    (void)state;
    assert_true(span_has(BYTES("ab\0"), '\0'));
    assert_false(span_has(BYTES("ab"), '\0'));
    assert_true(span_has(BYTES("ab"), 'b'));
    assert_false(span_has(span_first(BYTES("ab"), 1), 'b'));
    assert_false(span_has(SPAN_EMPTY, 'a'));
}

static void splits_at_the_first_separator(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *part, *rest;
        bool split;
    } rows[] = {
        {"a=b=c", 5, "a", "b=c", true}, {"=b", 2, "", "b", true},   {"a=", 2, "a", "", true},
        {"=", 1, "", "", true},         {"ab", 2, "ab", "", false}, {NULL, 0, "", "", false},
        {"ab=", 2, "ab", "", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct span rest = span_of(rows[i].bytes, rows[i].size), part;

        assert_int_equal(span_split(&rest, '=', &part), rows[i].split);
        assert_true(span_is(part, rows[i].part));
        assert_true(span_is(rest, rows[i].rest));
    }
}

static void splits_at_a_nul_like_at_any_byte(void **state)
{
    struct span rest = BYTES("one\0two\0"), part;

    (void)state;
    assert_true(span_split(&rest, '\0', &part));
    assert_true(span_is(part, "one"));
    assert_true(span_split(&rest, '\0', &part));
    assert_true(span_is(part, "two"));
    assert_int_equal(rest.size, 0);
}

static void trims_both_ends_and_nothing_within(void **state)
{
    static const char *const rows[][2] = {{" a b ", "a b"}, {"  a", "a"}, {"a  ", "a"},
                                          {"   ", ""},      {"", ""},     {"\ta ", "\ta"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_true(span_is(span_trim(span_text(rows[i][0]), ' '), rows[i][1]));
}

static void finds_the_first_place_of_a_part(void **state)
{
    static const struct {
        const char *bytes, *part;
        bool found;
        size_t at;
    } rows[] = {
        {"aab", "ab", true, 1}, {"abab", "ab", true, 0}, {"ab", "ab", true, 0},
        {"a", "ab", false, 0},  {"ba", "ab", false, 0},  {"", "a", false, 0},
        {"a", "", false, 0},    {"", "", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        size_t at = 77;

        assert_int_equal(span_find(span_text(rows[i].bytes), span_text(rows[i].part), &at),
                         rows[i].found);
        assert_int_equal(at, rows[i].found ? rows[i].at : 77);
    }
}

static void copies_what_fits_with_its_nul(void **state)
{
    static const struct {
        const char *bytes;
        size_t size, capacity;
        bool copied;
    } rows[] = {
        {"abc", 3, 4, true}, {"abc", 3, 3, false},  {"abc", 3, 0, false}, {"", 0, 1, true},
        {"", 0, 0, false},   {"a\0c", 3, 8, false}, {"\0", 1, 8, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[] = "-------";

        assert_int_equal(span_copy(span_of(rows[i].bytes, rows[i].size), text, rows[i].capacity),
                         rows[i].copied);
        assert_string_equal(text, rows[i].copied ? rows[i].bytes : "-------");
        assert_int_equal(text[4], '-');
    }
}

static void what_is_not_printable_becomes_a_question_mark(void **state)
{
    static const char bytes[] = " ~\x7f\x1f\0\n\xc3\xa9z";
    char text[16];

    (void)state;
    span_printable(span_of(bytes, sizeof(bytes) - 1), text, sizeof(text));
    assert_string_equal(text, " ~??"
                              "????z");
    memset(text, '-', sizeof(text));
    span_printable(BYTES("abcdef"), text, 4);
    assert_memory_equal(text, "abc\0-", 5);
    span_printable(BYTES("abc"), text, 4);
    assert_string_equal(text, "abc");
    span_printable(BYTES("abc"), text, 1);
    assert_string_equal(text, "");
}

static void bytes_have_one_class_in_every_locale(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte <= 0xff; byte++) {
        unsigned char at = (unsigned char)byte;

        assert_int_equal(byte_is_digit(at), byte >= 0x30 && byte <= 0x39);
        assert_int_equal(byte_is_upper(at), byte >= 0x41 && byte <= 0x5a);
        assert_int_equal(byte_is_letter(at),
                         (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a));
        assert_int_equal(byte_is_printable(at), byte > 0x1f && byte < 0x7f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_are_the_same_byte_by_byte),
        cmocka_unit_test(a_span_is_a_text_without_its_nul),
        cmocka_unit_test(begins_with_a_text_that_fits),
        cmocka_unit_test(parts_never_pass_the_end),
        cmocka_unit_test(has_a_byte_within_its_size_alone),
        cmocka_unit_test(splits_at_the_first_separator),
        cmocka_unit_test(splits_at_a_nul_like_at_any_byte),
        cmocka_unit_test(trims_both_ends_and_nothing_within),
        cmocka_unit_test(finds_the_first_place_of_a_part),
        cmocka_unit_test(copies_what_fits_with_its_nul),
        cmocka_unit_test(what_is_not_printable_becomes_a_question_mark),
        cmocka_unit_test(bytes_have_one_class_in_every_locale),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
