/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "image/name.h"

static void takes_the_specifications_name(void **state)
{
    struct error err = ERROR_EMPTY;
    struct image_name name;
    char text[IMAGE_NAME_SIZE + 1];

    (void)state;
    assert_true(image_name_parse(span_text("ISP-U-0300-V1.00.00.bin"), &name, &err));
    assert_string_equal(name.platform.text, "0300");
    assert_int_equal(name.version.major, 1);
    image_name_format(&name, text);
    assert_string_equal(text, "ISP-U-0300-V1.00.00.bin");
}

static void takes_the_part_after_the_last_separator(void **state)
{
    static const char *const names[] = {
        "C:\\fw\\ISP-U-0300-V1.00.00.bin", "/tmp/ISP-U-0300-V1.00.00.bin",
        "..\\../ISP-U-0300-V1.00.00.bin",  "/ISP-U-0300-V1.00.00.bin",
        "ISP-U-/ISP-U-0300-V1.00.00.bin",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct error err = ERROR_EMPTY;
        struct image_name name;

        assert_true(image_name_parse(span_text(names[i]), &name, &err));
    }
    assert_true(span_is(image_name_base(span_text("a/b\\c")), "c"));
    assert_true(span_is(image_name_base(span_text("c")), "c"));
    assert_int_equal(image_name_base(span_text("a/")).size, 0);
}

static void refuses(struct span text, const char *expected)
{
    struct error err = ERROR_EMPTY;
    struct image_name name = {.platform = {"KEEP"}};

    assert_false(image_name_parse(text, &name, &err));
    assert_int_equal(err.kind, ERROR_IMAGE);
    assert_string_equal(err.text, expected);
    assert_string_equal(name.platform.text, "KEEP");
}

static void refuses_a_name_of_another_beginning(void **state)
{
    static const char *const names[] = {
        "../../etc/passwd",
        "ISP-F-0300-V1.00.00.bin",
        "isp-u-0300-V1.00.00.bin",
        "-ISP-U-0300-V1.00.00.bin",
        " ISP-U-0300-V1.00.00.bin",
        "ISP_U_0300_V1.00.00.bin",
        "\xd0\x86SP-U-0300-V1.00.00.bin",
        "ISP-U",
        "%s%n",
        "`reboot`",
        "$(reboot)",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct error err = ERROR_EMPTY;
        struct image_name name;

        assert_false(image_name_parse(span_text(names[i]), &name, &err));
        assert_true(span_begins(span_text(err.text), "file name: does not begin with ISP-U-: \""));
    }
}

static void refuses_a_name_of_another_form(void **state)
{
    static const char *const names[] = {
        "ISP-U-",
        "ISP-U-0300",
        "ISP-U-0300-",
        "ISP-U-03000-V1.00.00.bin",
        "ISP-U-030-V1.00.00.bin",
        "ISP-U-0300-V1.00.00",
        "ISP-U-0300-V1.00.00.BIN",
        "ISP-U-0300-V1.00.00.bin ",
        "ISP-U-0300-V1.00.00.bin;reboot",
        "ISP-U-0300-V1.00.00.bin|x",
        "ISP-U-0300-V1.00.00.bin\n",
        "ISP-U-03a0-V1.00.00.bin",
        "ISP-U-0300_V1.00.00.bin",
        "ISP-U-0300-v1.00.00.bin",
        "ISP-U-0300-V1.0.000.bin",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct error err = ERROR_EMPTY;
        struct image_name name;

        assert_false(image_name_parse(span_text(names[i]), &name, &err));
        assert_true(span_begins(span_text(err.text),
                                "file name: is not of the form ISP-U-AANP-Vx.xx.xx.bin: \"ISP-U-"));
    }
}

static void tells_the_cause_and_a_printable_name(void **state)
{
    (void)state;
    refuses(span_text("fw.bin"), "file name: does not begin with ISP-U-: \"fw.bin\"");
    refuses(span_of("ISP-U-\0\n\xff", 9),
            "file name: is not of the form ISP-U-AANP-Vx.xx.xx.bin: \"ISP-U-???\"");
    refuses(span_text("C:\\fw\\"), "file name: none given");
    refuses(SPAN_EMPTY, "file name: none given");
}

static void refuses_a_name_past_its_limit(void **state)
{
    char text[IMAGE_NAME_LIMIT + 1];

    (void)state;
    memset(text, '/', sizeof(text));
    memcpy(text + sizeof(text) - IMAGE_NAME_SIZE, "ISP-U-0300-V1.00.00.bin", IMAGE_NAME_SIZE);
    refuses(span_of(text, sizeof(text)), "file name: longer than 1024 bytes");

    struct error err = ERROR_EMPTY;
    struct image_name name;
    assert_true(image_name_parse(span_of(text + 1, sizeof(text) - 1), &name, &err));
}

static void quotes_no_more_than_64_bytes(void **state)
{
    char text[200];
    struct error err = ERROR_EMPTY;
    struct image_name name;

    (void)state;
    memset(text, 'a', sizeof(text));
    assert_false(image_name_parse(span_of(text, sizeof(text)), &name, &err));
    assert_true(strlen(err.text) < 140);
    assert_true(span_is(span_from(span_text(err.text), strlen(err.text) - 5), "a...\""));
}

static void takes_the_names_of_retired_single_images(void **state)
{
    static const struct {
        enum component which;
        const char *text;
    } good[] = {
        {COMPONENT_FIRMWARE, "ISP-F-0300-V1.00.00"},
        {COMPONENT_FIRMWARE, "C:\\ISP-F-0300-V1.00.00.bin"},
        {COMPONENT_DEVICE_RESOURCE, "C0300-V1.00.00"},
        {COMPONENT_HARDWARE, "/x/ISP-H-0300-V1.00.00.bin"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        struct error err = ERROR_EMPTY;
        struct image_name name;

        assert_true(image_name_parse_single(span_text(good[i].text), good[i].which, &name, &err));
        assert_string_equal(name.platform.text, "0300");
    }
}

static void refuses_a_single_image_under_anothers_name(void **state)
{
    struct error err = ERROR_EMPTY;
    struct image_name name;

    (void)state;
    assert_false(
        image_name_parse_single(span_text("ISP-H-0300-V1.00.00"), COMPONENT_FIRMWARE, &name, &err));
    assert_string_equal(err.text, "file name: is not of the form ISP-F-AANP-Vx.xx.xx: "
                                  "\"ISP-H-0300-V1.00.00\"");
    assert_false(image_name_parse_single(span_text("ISP-U-0300-V1.00.00.bin"),
                                         COMPONENT_DEVICE_RESOURCE, &name, &err));
    assert_true(span_begins(span_text(err.text), "file name: is not of the form CAANP-Vx.xx.xx: "));
    assert_false(image_name_parse_single(span_text("x/"), COMPONENT_HARDWARE, &name, &err));
    assert_string_equal(err.text, "file name: none given");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_specifications_name),
        cmocka_unit_test(takes_the_part_after_the_last_separator),
        cmocka_unit_test(refuses_a_name_of_another_beginning),
        cmocka_unit_test(refuses_a_name_of_another_form),
        cmocka_unit_test(tells_the_cause_and_a_printable_name),
        cmocka_unit_test(refuses_a_name_past_its_limit),
        cmocka_unit_test(quotes_no_more_than_64_bytes),
        cmocka_unit_test(takes_the_names_of_retired_single_images),
        cmocka_unit_test(refuses_a_single_image_under_anothers_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
