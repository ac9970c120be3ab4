/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/fd.h"

#include <fcntl.h>

static void form_is_the_specifications_byte_for_byte(void **state)
{
    CLEANUP(fd_close) int fd = open(SPECIFICATION_FOLDER "/stage2.form.html", O_RDONLY | O_CLOEXEC);
    struct error err = ERROR_EMPTY;
    char form[COMMAND_FORM_SIZE];
    char wanted[COMMAND_FORM_SIZE];
    size_t size;

    (void)state;
    assert_true(fd_read(fd, wanted, sizeof(wanted), &size, &err));
    assert_int_equal(size, 432);
    assert_int_equal(command_form(FAMILY_IMAGE, form), 432);
    assert_memory_equal(form, wanted, 432);
}

static void forms_of_the_family_differ_in_label_and_action_alone(void **state)
{
    static const struct {
        enum command_family family;
        const char *action;
        const char *label;
    } rows[] = {
        {FAMILY_IMAGE, "action=\"update?ISP_IMAGE_SAVE\">\n", "Image File: "},
        {FAMILY_FIRMWARE, "action=\"update?ISP_FIRMWARE_SAVE\">\n", "FIRMWARE : "},
        {FAMILY_DEVICE_RESOURCE, "action=\"update?ISP_DEV_SAVE\">\n", "ISP Dev Resource : "},
        {FAMILY_HARDWARE, "action=\"update?ISP_HARDWARE_SAVE\">\n", "HARDWARE : "},
    };
    char first[COMMAND_FORM_SIZE];
    char form[COMMAND_FORM_SIZE];

    (void)state;
    (void)command_form(FAMILY_IMAGE, first);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        size_t size = command_form(rows[i].family, form);
        const char *action = strstr(form, rows[i].action);
        const char *first_action = strstr(first, rows[0].action);

        assert_int_equal(size, strlen(form));
        assert_non_null(action);
        assert_memory_equal(form, first, (size_t)(action - form));
        action += strlen(rows[i].action);
        first_action += strlen(rows[0].action);
        assert_memory_equal(action, rows[i].label, strlen(rows[i].label));
        assert_string_equal(action + strlen(rows[i].label), first_action + strlen(rows[0].label));
    }
}

static void commands_belong_to_one_program_and_are_exact(void **state)
{
    static const char *const strangers[] = {"",           "isp_image",  "ISP_IMAG",
                                            "ISP_IMAGE ", "ISP_IMAGES", "ISP_IMAGE_SAVE_",
                                            "FIRMWARE",   "LOGIN"};

    (void)state;
    assert_int_equal(command_find(PROGRAM_UPDATE, span_text("ISP_IMAGE_SAVE"))->action,
                     ACTION_UPLOAD);
    assert_int_equal(command_find(PROGRAM_SYSTEM, span_text("LOGIN"))->action, ACTION_LOGIN);
    assert_null(command_find(PROGRAM_SYSTEM, span_text("ISP_IMAGE")));
    for (size_t i = 0; i < COUNT_OF(strangers); i++)
        assert_null(command_find(PROGRAM_UPDATE, span_text(strangers[i])));
}

static void only_reading_system_commands_are_open_to_every_account(void **state)
{
    static const char *const update[] = {"ISP_IMAGE",         "ISP_IMAGE_SAVE", "ISP_FIRMWARE",
                                         "ISP_FIRMWARE_SAVE", "ISP_DEV",        "ISP_DEV_SAVE",
                                         "ISP_HARDWARE",      "ISP_STATUS",     "ISP_HARDWARE_SAVE",
                                         "ROLLBACK",          "CONFIRM"};
    static const char *const system[] = {"SAVE", "REBOOT", "SAVE_REBOOT"};
    static const char *const open[] = {"LOGIN", "SYSTEM_INFO", "SYSTEM_LOG"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(update); i++)
        assert_true(command_find(PROGRAM_UPDATE, span_text(update[i]))->root_only);
    for (size_t i = 0; i < COUNT_OF(system); i++)
        assert_true(command_find(PROGRAM_SYSTEM, span_text(system[i]))->root_only);
    for (size_t i = 0; i < COUNT_OF(open); i++)
        assert_false(command_find(PROGRAM_SYSTEM, span_text(open[i]))->root_only);
}

static void what_changes_the_camera_is_known(void **state)
{
    static const struct {
        enum command_program program;
        const char *name;
        bool changes;
    } rows[] = {
        {PROGRAM_UPDATE, "ISP_IMAGE_SAVE", true}, {PROGRAM_UPDATE, "ISP_FIRMWARE_SAVE", true},
        {PROGRAM_UPDATE, "ISP_DEV_SAVE", true},   {PROGRAM_UPDATE, "ISP_HARDWARE_SAVE", true},
        {PROGRAM_UPDATE, "ROLLBACK", true},       {PROGRAM_UPDATE, "CONFIRM", true},
        {PROGRAM_SYSTEM, "SAVE", true},           {PROGRAM_SYSTEM, "REBOOT", true},
        {PROGRAM_SYSTEM, "SAVE_REBOOT", true},    {PROGRAM_UPDATE, "ISP_IMAGE", false},
        {PROGRAM_UPDATE, "ISP_STATUS", false},    {PROGRAM_SYSTEM, "LOGIN", false},
        {PROGRAM_SYSTEM, "SYSTEM_INFO", false},   {PROGRAM_SYSTEM, "SYSTEM_LOG", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(command_find(rows[i].program, span_text(rows[i].name))->changes,
                         rows[i].changes);
}

static void a_product_s_query_holds_none_of_our_commands(void **state)
{
    static const struct {
        const char *query;
        bool of_update, of_system;
    } rows[] = {
        {"DATE", true, true},
        {"DATE=2026&ZONE=1", true, true},
        {"USER=a&PWD=b&DATE", true, true},
        {"DATE&USER=a&PWD=b", true, true},
        {"date%26ISP_IMAGE", true, true},
        {"login", true, true},
        {"SAVE", true, false},
        {"CONFIRM", false, true},
        {"USER=a&PWD=b&SAVE=1&DATE", true, false},
        {"DATE&ROLLBACK=x", false, true},
        {"SAVES", true, true},
        {"", false, false},
        {"&", false, false},
        {"USER=a&PWD=b", false, false},
        {"USER=a&PWD=b&", false, false},
        {"USER", false, false},
        {"ISP_STATUS", false, false},
        {"ISP_NEW=1", false, false},
        {"DATE&ISP_", false, false},
        {"USER=a&PWD=b&ISP_IMAGE_SAVE", false, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct span query = span_text(rows[i].query);

        assert_int_equal(command_is_of_product(PROGRAM_UPDATE, query), rows[i].of_update);
        assert_int_equal(command_is_of_product(PROGRAM_SYSTEM, query), rows[i].of_system);
    }
}

static void families_have_a_form_and_an_upload(void **state)
{
    (void)state;
    assert_string_equal(command_of(FAMILY_IMAGE, ACTION_UPLOAD)->name, "ISP_IMAGE_SAVE");
    assert_string_equal(command_of(FAMILY_DEVICE_RESOURCE, ACTION_FORM)->name, "ISP_DEV");
    assert_string_equal(command_of(FAMILY_HARDWARE, ACTION_UPLOAD)->name, "ISP_HARDWARE_SAVE");
    assert_null(command_of(FAMILY_IMAGE, ACTION_STATUS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(form_is_the_specifications_byte_for_byte),
        cmocka_unit_test(forms_of_the_family_differ_in_label_and_action_alone),
        cmocka_unit_test(commands_belong_to_one_program_and_are_exact),
        cmocka_unit_test(only_reading_system_commands_are_open_to_every_account),
        cmocka_unit_test(what_changes_the_camera_is_known),
        cmocka_unit_test(a_product_s_query_holds_none_of_our_commands),
        cmocka_unit_test(families_have_a_form_and_an_upload),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
