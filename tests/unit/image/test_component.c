/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "image/component.h"

static void platform_is_four_upper_letters_or_digits(void **state)
{
    static const char *const good[] = {"0300", "AANP", "Z9A0"};
    static const char *const bad[] = {"",     "030",  "03000", "030a", "03 0", "03-0",
                                      "03.0", "030:", "030/",  "030@", "030[", "00\xc3\x89"};
    struct image_platform platform;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        assert_true(image_platform_parse(span_text(good[i]), &platform));
        assert_string_equal(platform.text, good[i]);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(image_platform_parse(span_text(bad[i]), &platform));
    assert_false(image_platform_parse(span_of("03\0"
                                              "0",
                                              4),
                                      &platform));
}

static void platforms_are_the_same_only_when_all_four_are(void **state)
{
    struct image_platform one = {"0300"}, same = {"0300"}, other = {"0301"};

    (void)state;
    assert_true(image_platform_same(&one, &same));
    assert_false(image_platform_same(&one, &other));
}

static void finds_each_component_by_its_name(void **state)
{
    (void)state;
    for (int i = 0; i < COMPONENT_COUNT; i++) {
        enum component which = COMPONENT_COUNT;

        assert_true(component_find(span_text(component_name((enum component)i)), &which));
        assert_int_equal(which, i);
    }
    enum component which;
    assert_false(component_find(span_text("Firmware"), &which));
    assert_false(component_find(span_text("firmware "), &which));
    assert_false(component_find(SPAN_EMPTY, &which));
}

static const char *const names[COMPONENT_COUNT] = {"ISP-F-0300-V1.02.03", "C0300-V1.02.03",
                                                   "ISP-H-0300-V1.02.03"};

static void formats_what_the_system_log_says(void **state)
{
    const struct image_platform platform = {"0300"};
    const struct image_version version = {true, 1, 2, 3}, unknown = IMAGE_VERSION_UNKNOWN;
    char text[COMPONENT_FILE_SIZE + 1];

    (void)state;
    for (int i = 0; i < COMPONENT_COUNT; i++) {
        component_format((enum component)i, &platform, &version, text);
        assert_string_equal(text, names[i]);
        component_format((enum component)i, &platform, &unknown, text);
        assert_string_equal(text, "UNKNOWN");
    }
}

static void takes_its_own_names_with_and_without_bin(void **state)
{
    (void)state;
    for (int i = 0; i < COMPONENT_COUNT; i++) {
        for (int j = 0; j < COMPONENT_COUNT; j++) {
            struct image_platform platform;
            struct image_version version;
            char with[64];

            assert_int_equal(
                component_parse(span_text(names[i]), (enum component)j, &platform, &version),
                i == j);
            strcpy(with, names[i]);
            strcat(with, ".bin");
            assert_int_equal(
                component_parse(span_text(with), (enum component)j, &platform, &version), i == j);
            if (i == j) {
                assert_string_equal(platform.text, "0300");
                assert_int_equal(version.patch, 3);
            }
        }
    }
}

static void refuses_names_of_another_form(void **state)
{
    static const char *const bad[] = {
        "",
        "ISP-F-",
        "ISP-F-0300",
        "ISP-F-0300-",
        "ISP-F-0300V1.02.03",
        "ISP-F-03000-V1.02.03",
        "ISP-F-0300-V1.02.3",
        "ISP-F-0300-V1.02.03.bi",
        "ISP-F-0300-V1.02.03.bin.bin",
        "ISP-F-0300-V1.02.03.BIN",
        "ISP-F-0300-V1.02.03 ",
        "isp-f-0300-V1.02.03",
        "ISP-U-0300-V1.02.03",
        "/ISP-F-0300-V1.02.03",
        "ISP-F-0300-UNKNOWN",
    };
    struct image_platform platform = {"KEEP"};
    struct image_version version;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(component_parse(span_text(bad[i]), COMPONENT_FIRMWARE, &platform, &version));
    assert_string_equal(platform.text, "KEEP");
}

static void a_file_name_has_no_folder_and_no_leading_punctuation(void **state)
{
    static const char *const good[] = {"a", "Z", "0", "ISP-F-0300-V1.00.00.bin", "a_b-c.d..e"};
    static const char *const bad[] = {"",    ".",    "..",  "-a",   "_a",    ".a",   "a/b",
                                      "a b", "a\\b", "a\n", "a:b",  "a;b",   "a$b",  "a%s",
                                      "/a",  "a/",   "./a", "\x80", "a\xff", "a`b`", "a|b"};
    char longest[COMPONENT_FILE_SIZE + 2];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++)
        assert_true(component_is_file_name(span_text(good[i])));
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(component_is_file_name(span_text(bad[i])));
    assert_false(component_is_file_name(span_of("a\0b", 3)));
    memset(longest, 'a', sizeof(longest));
    assert_true(component_is_file_name(span_of(longest, COMPONENT_FILE_SIZE)));
    assert_false(component_is_file_name(span_of(longest, COMPONENT_FILE_SIZE + 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(platform_is_four_upper_letters_or_digits),
        cmocka_unit_test(platforms_are_the_same_only_when_all_four_are),
        cmocka_unit_test(finds_each_component_by_its_name),
        cmocka_unit_test(formats_what_the_system_log_says),
        cmocka_unit_test(takes_its_own_names_with_and_without_bin),
        cmocka_unit_test(refuses_names_of_another_form),
        cmocka_unit_test(a_file_name_has_no_folder_and_no_leading_punctuation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
