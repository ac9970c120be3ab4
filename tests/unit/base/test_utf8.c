/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

static void well_formed_text_is_taken(void **state)
{
    static const char *const texts[] = {
        "",
        "plain",
        "\x7f",
        "\xc2\x80",         /* U+0080, the first of two bytes */
        "\xdf\xbf",         /* U+07FF, the last */
        "\xe0\xa0\x80",     /* U+0800, the first of three */
        "\xed\x9f\xbf",     /* U+D7FF, before the surrogates */
        "\xee\x80\x80",     /* U+E000, after them */
        "\xef\xbf\xbf",     /* U+FFFF, the last of three */
        "\xf0\x90\x80\x80", /* U+10000, the first of four */
        "\xf4\x8f\xbf\xbf", /* U+10FFFF, the last of all */
        "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_true(utf8_is_valid(span_text(texts[i])));
    assert_true(utf8_is_valid(span_of("a\0b", 3)));
    assert_true(utf8_is_valid(SPAN_EMPTY));
}

static void everything_else_is_refused_wherever_it_stands(void **state)
{
    static const char *const texts[] = {
        "\x80", /* a continuation alone */
        "\xbf",
        "\xc0\x80",         /* overlong NUL */
        "\xc0\xaf",         /* overlong slash */
        "\xc1\xbf",         /* overlong */
        "\xe0\x80\x80",     /* overlong */
        "\xe0\x9f\xbf",     /* overlong U+07FF */
        "\xf0\x80\x80\x80", /* overlong */
        "\xf0\x8f\xbf\xbf", /* overlong U+FFFF */
        "\xed\xa0\x80",     /* a surrogate, the first */
        "\xed\xbf\xbf",     /* the last */
        "\xf4\x90\x80\x80", /* past U+10FFFF */
        "\xf5\x80\x80\x80",
        "\xf8\x88\x80\x80\x80",
        "\xfe",
        "\xff",
        "\xc3", /* ends too early */
        "\xe2\x82",
        "\xf0\x9f\x98",
        "\xc3\x28", /* no continuation */
        "\xe2\x28\xa1",
        "\xe2\x82\x28",
        "\xf0\x9f\x98\xc0",
        "\xe2\xc0\xa1",
        "\xc3\xa4\xa4", /* one continuation too many */
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        char text[16];
        int size;

        assert_false(utf8_is_valid(span_text(texts[i])));
        size = snprintf(text, sizeof(text), "\xc3\xa4%s", texts[i]);
        assert_false(utf8_is_valid(span_of(text, (size_t)size)));
        size = snprintf(text, sizeof(text), "%sab", texts[i]);
        assert_false(utf8_is_valid(span_of(text, (size_t)size)));
    }
}

/* The bytes after the span would complete the character. */
static void a_character_that_the_size_cuts_is_refused(void **state)
{
    static const char text[] = "\xf0\x9f\x98\x80";

    (void)state;
    for (size_t size = 1; size < 4; size++)
        assert_false(utf8_is_valid(span_of(text, size)));
    assert_true(utf8_is_valid(span_of(text, 4)));
}

static void every_character_is_taken_as_what_it_is(void **state)
{
    static const char text[] = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf";
    static const uint32_t characters[] = {'a', 0xe4, 0x20ac, 0x1f600, 0x10ffff};
    struct span rest = span_text(text);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(characters); i++)
        assert_int_equal(utf8_take(&rest), characters[i]);
    assert_int_equal(rest.size, 0);
}

static void a_line_has_only_what_is_shown(void **state)
{
    static const char *const good[] = {"", "a b", "\xc3\xa4\xe2\x82\xac", "\xf0\x9f\x98\x80"};
    static const char *const bad[] = {
        "a\n",          "\x7f",
        "\xc2\x85",     "\xc2\xad", /* the soft hyphen */
        "\xe2\x80\x8b", "\xe2\x80\xa8",
        "\xe2\x80\xa9", "\xe2\x80\xae",      /* right to left from here */
        "\xef\xbb\xbf", "a\xf3\xa0\x81\xbf", /* U+E007F, a tag */
        "\xff",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++)
        assert_true(utf8_is_one_line(span_text(good[i])));
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(utf8_is_one_line(span_text(bad[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed_text_is_taken),
        cmocka_unit_test(everything_else_is_refused_wherever_it_stands),
        cmocka_unit_test(a_character_that_the_size_cuts_is_refused),
        cmocka_unit_test(every_character_is_taken_as_what_it_is),
        cmocka_unit_test(a_line_has_only_what_is_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
