/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "image/version.h"

static struct image_version parsed(const char *text)
{
    struct image_version version = IMAGE_VERSION_UNKNOWN;

    assert_true(image_version_parse(span_text(text), &version));
    return version;
}

static void takes_one_digit_two_and_two(void **state)
{
    struct image_version version = parsed("V1.23.45");

    (void)state;
    assert_true(version.known);
    assert_int_equal(version.major, 1);
    assert_int_equal(version.minor, 23);
    assert_int_equal(version.patch, 45);
}

static void refuses_every_other_form(void **state)
{
    static const char *const texts[] = {
        "",          "V",         "1.00.00",   "v1.00.00",  "V1.0.00",  "V1.00.0",
        "V10.00.00", "V1.00.000", "V1.00.00 ", " V1.00.00", "V1,00.00", "V1.00,00",
        "V-.00.00",  "V1.0a.00",  "V1.00.0:",  "V1.00./0",  "UNKNOWN",  "V1.00.00\n",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct image_version version = {true, 7, 8, 9};

        assert_false(image_version_parse(span_text(texts[i]), &version));
        assert_int_equal(version.major, 7);
    }
    struct image_version version = IMAGE_VERSION_UNKNOWN;
    assert_false(image_version_parse(span_of("V1.00.0\0", 8), &version));
    assert_false(image_version_parse(SPAN_EMPTY, &version));
}

static void formats_what_it_parses(void **state)
{
    static const char *const texts[] = {"V0.00.00", "V9.99.99", "V1.02.30"};
    char text[IMAGE_VERSION_SIZE + 1];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct image_version version = parsed(texts[i]);

        image_version_format(&version, text);
        assert_string_equal(text, texts[i]);
    }
}

static void says_unknown_if_it_is_not_known(void **state)
{
    struct image_version version = IMAGE_VERSION_UNKNOWN;
    char text[IMAGE_VERSION_SIZE + 1];

    (void)state;
    image_version_format(&version, text);
    assert_string_equal(text, "UNKNOWN");
}

static void compares_as_numbers_from_the_left(void **state)
{
    static const char *const rising[] = {"V0.00.00", "V0.00.01", "V0.00.10", "V0.01.00", "V0.10.00",
                                         "V1.00.00", "V1.00.99", "V1.01.00", "V9.99.99"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rising); i++) {
        for (size_t j = 0; j < COUNT_OF(rising); j++) {
            struct image_version one = parsed(rising[i]), other = parsed(rising[j]);
            int expected = (i > j) - (i < j);

            assert_int_equal(image_version_compare(&one, &other), expected);
            assert_int_equal(image_version_same(&one, &other), i == j);
        }
    }
}

static void unknown_is_the_same_as_unknown_alone(void **state)
{
    struct image_version unknown = IMAGE_VERSION_UNKNOWN, zero = parsed("V0.00.00");

    (void)state;
    assert_true(image_version_same(&unknown, &unknown));
    assert_false(image_version_same(&unknown, &zero));
    assert_false(image_version_same(&zero, &unknown));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_one_digit_two_and_two),
        cmocka_unit_test(refuses_every_other_form),
        cmocka_unit_test(formats_what_it_parses),
        cmocka_unit_test(says_unknown_if_it_is_not_known),
        cmocka_unit_test(compares_as_numbers_from_the_left),
        cmocka_unit_test(unknown_is_the_same_as_unknown_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
