/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char new_camera[] = "ISP_PLATFORM='0300'\n"
                                 "ISP_VERSION='UNKNOWN'\n"
                                 "ISP_FIRMWARE=''\n"
                                 "ISP_DEVICE_RESOURCE=''\n"
                                 "ISP_HARDWARE=''\n"
                                 "ISP_IMAGE_SHA256=''\n"
                                 "ISP_PREVIOUS=''\n"
                                 "ISP_PREVIOUS_SHA256=''\n"
                                 "ISP_NEXT=''\n"
                                 "CAMERA_ID=''\n"
                                 "ISP_STATE='idle'\n"
                                 "ISP_PROGRESS='0'\n"
                                 "ISP_UPDATE=''\n"
                                 "ISP_UPDATE_SHA256=''\n"
                                 "ISP_RESULT=''\n"
                                 "ISP_BLOCKS='3/17'\n"
                                 "BOOT_ID=''\n";

static void prints_every_key_in_the_order_of_the_protocol_page(void **state)
{
    struct status status = {.values = {""}};
    char text[STATUS_TEXT_SIZE];

    (void)state;
    status_set(&status, STATUS_ISP_PLATFORM, "0300");
    status_set(&status, STATUS_ISP_VERSION, "UNKNOWN");
    status_set(&status, STATUS_ISP_STATE, "idle");
    status_set(&status, STATUS_ISP_PROGRESS, "%u", 0);
    status_set(&status, STATUS_ISP_BLOCKS, "%u/%u", 3, 17);
    assert_int_equal(status_format(&status, text), strlen(new_camera));
    assert_string_equal(text, new_camera);
}

static void what_was_printed_reads_back_the_same(void **state)
{
    struct status status, back;
    char text[STATUS_TEXT_SIZE];
    struct error err = ERROR_EMPTY;

    (void)state;
    memset(&status, 0, sizeof(status));
    for (size_t key = 0; key < STATUS_COUNT; key++)
        status_set(&status, (enum status_key)key, "%0*zu", STATUS_VALUE_SIZE - 1, key);
    assert_true(status_parse(span_of(text, status_format(&status, text)), &back, &err));
    for (size_t key = 0; key < STATUS_COUNT; key++)
        assert_string_equal(back.values[key], status.values[key]);
}

static void values_that_could_break_a_line_are_made_harmless(void **state)
{
    struct status status = {.values = {""}};

    (void)state;
    status_set(&status, STATUS_ISP_RESULT, "%s", "ERROR: 'x'\nISP_STATE='idle'\x7f\xc3\xa4");
    assert_string_equal(status.values[STATUS_ISP_RESULT], "ERROR: ?x??ISP_STATE=?idle????");
}

static void a_value_that_is_too_long_is_cut(void **state)
{
    struct status status = {.values = {""}};

    (void)state;
    status_set(&status, STATUS_ISP_RESULT, "%0300d", 1);
    assert_int_equal(strlen(status.values[STATUS_ISP_RESULT]), STATUS_VALUE_SIZE - 1);
}

static void keys_of_a_newer_camera_are_passed_over(void **state)
{
    struct status status;
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(status_parse(span_text("ISP_MOOD='good'\nISP_MOOD='bad'\nISP_STATE='trial'\n"),
                             &status, &err));
    assert_string_equal(status.values[STATUS_ISP_STATE], "trial");
    assert_string_equal(status.values[STATUS_ISP_VERSION], "");
}

static void other_replies_are_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "\n",
        "OK\n",
        "ERROR: not authorized\n",
        "<html><body>login</body></html>\n",
        "ISP_STATE='idle'",
        "ISP_STATE='idle'\r\n",
        "ISP_STATE='idle'\n\n",
        "ISP_STATE='idle'\nISP_STATE='idle'\n",
        "ISP_STATE='it's'\n",
        "ISP_STATE=''idle''\n",
        "ISP_STATE='idle\n",
        "ISP_STATE=idle\n",
        "ISP_STATE='\n",
        "ISP_STATE=\n",
        "ISP_STATE\n",
        "='idle'\n",
        "isp_state='idle'\n",
        " ISP_STATE='idle'\n",
        "ISP_STATE ='idle'\n",
        "ISP_STATE='idle' \n",
        "ISP_STATE='\x1b[2J'\n",
        "ISP_STATE='\xc3\xa4'\n",
        "ISP_STATE='idle'\nOK\n",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct status status = {.values = {"as it was"}};
        struct error err = ERROR_EMPTY;

        print_message("%s\n", texts[i]);
        assert_false(status_parse(span_text(texts[i]), &status, &err));
        assert_int_equal(err.kind, ERROR_REQUEST);
        assert_string_equal(status.values[0], "as it was");
    }
}

static void a_value_longer_than_ours_can_be_is_refused(void **state)
{
    char text[STATUS_VALUE_SIZE + 64] = "ISP_STATE='";
    size_t used = strlen(text);

    (void)state;
    for (size_t extra = 0; extra < 2; extra++) {
        struct status status;
        struct error err = ERROR_EMPTY;
        size_t size = STATUS_VALUE_SIZE - 1 + extra;

        memset(text + used, 'x', size);
        memcpy(text + used + size, "'\n", 2);
        assert_int_equal(status_parse(span_of(text, used + size + 2), &status, &err), extra == 0);
    }
}

static void a_reply_cut_anywhere_is_whole_lines_or_refused(void **state)
{
    (void)state;
    for (size_t size = 0; size < sizeof(new_camera) - 1; size++) {
        struct status status;
        struct error err = ERROR_EMPTY;
        bool whole = size > 0 && new_camera[size - 1] == '\n';

        assert_int_equal(status_parse(span_of(new_camera, size), &status, &err), whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_every_key_in_the_order_of_the_protocol_page),
        cmocka_unit_test(what_was_printed_reads_back_the_same),
        cmocka_unit_test(values_that_could_break_a_line_are_made_harmless),
        cmocka_unit_test(a_value_that_is_too_long_is_cut),
        cmocka_unit_test(keys_of_a_newer_camera_are_passed_over),
        cmocka_unit_test(other_replies_are_refused),
        cmocka_unit_test(a_value_longer_than_ours_can_be_is_refused),
        cmocka_unit_test(a_reply_cut_anywhere_is_whole_lines_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
