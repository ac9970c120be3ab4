/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/page.h"

#include "protocol/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define FILE_FIELD "<input type=\"FILE\" name=\"URL_FIRMWARE_IMAGE\">"
#define FORM_TAG                                                                                   \
    "<form method=\"POST\" enctype=\"multipart/form-data\" action=\"update?ISP_IMAGE_SAVE\">"

static bool parse(const char *text, struct page *page, struct error *err)
{
    *err = ERROR_EMPTY;
    return page_parse(span_text(text), page, err);
}

static void reads_the_forms_that_our_own_cameras_send(void **state)
{
    static const enum command_family families[] = {FAMILY_IMAGE, FAMILY_FIRMWARE,
                                                   FAMILY_DEVICE_RESOURCE, FAMILY_HARDWARE};
    char text[COMMAND_FORM_SIZE];
    struct error err = ERROR_EMPTY;
    struct page page;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(families); i++) {
        const char *command = command_of(families[i], ACTION_UPLOAD)->name;

        assert_true(page_parse(span_of(text, command_form(families[i], text)), &page, &err));
        assert_true(page_leads_to(&page, "http://camera", command));
        assert_false(page_leads_to(&page, "http://camera", "ISP_NOTHING_SAVE"));
    }
}

static void reads_what_a_browser_would(void **state)
{
    static const char *const pages[] = {
        FORM_TAG FILE_FIELD,
        "<FORM ENCTYPE=multipart/form-data Method=post ACTION=update?ISP_IMAGE_SAVE>"
        "<INPUT TYPE=file NAME=URL_FIRMWARE_IMAGE></FORM>",
        "<form\nmethod = 'POST'\n enctype = 'multipart/form-data'\taction='update?ISP_IMAGE_SAVE' >"
        "<input name='URL_FIRMWARE_IMAGE' type='file' disabled>",
        "<!-- <form action='evil'> -->" FORM_TAG "<input type=submit value='a > b'>" FILE_FIELD,
        "\n\n" FORM_TAG FILE_FIELD "<input type=hidden name=more>",
    };
    struct error err;
    struct page page;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        assert_true(parse(pages[i], &page, &err));
        assert_true(page_leads_to(&page, "http://camera", "ISP_IMAGE_SAVE"));
    }
}

static void refuses_what_is_no_such_form(void **state)
{
    static const struct {
        const char *page, *text;
    } cases[] = {
        {"", "page: has no form"},
        {"OK", "page: has no form"},
        {"<html><formula>", "page: has no form"},
        {"<!--" FORM_TAG FILE_FIELD, "page: has no form"},
        {FORM_TAG, "page: has not one field URL_FIRMWARE_IMAGE"},
        {FORM_TAG FILE_FIELD FILE_FIELD, "page: has not one field URL_FIRMWARE_IMAGE"},
        {FORM_TAG FILE_FIELD FORM_TAG, "page: has more than one form"},
        {FORM_TAG "<input type=file name=other>",
         "page: the field for the file is not URL_FIRMWARE_IMAGE"},
        {FORM_TAG "<input type=file>", "page: the field for the file is not URL_FIRMWARE_IMAGE"},
        {"<form method=GET enctype=multipart/form-data action=a>" FILE_FIELD,
         "page: the form's method is not POST"},
        {"<form enctype=multipart/form-data action=a>" FILE_FIELD,
         "page: the form's method is not POST"},
        {"<form method=POST action=a>" FILE_FIELD,
         "page: the form's enctype is not multipart/form-data"},
        {"<form action=a method=POST action=b enctype=multipart/form-data>" FILE_FIELD,
         "page: action is given twice"},
        {FORM_TAG "<input type=text type=file name=URL_FIRMWARE_IMAGE>",
         "page: type is given twice"},
    };
    struct error err;
    struct page page;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_false(parse(cases[i].page, &page, &err));
        assert_string_equal(err.text, cases[i].text);
    }
}

static bool leads(const char *action)
{
    const struct page page = {span_text(action)};

    return page_leads_to(&page, "http://camera:8080", "ISP_IMAGE_SAVE");
}

static void an_action_leads_to_the_same_place_or_nowhere(void **state)
{
    static const char *const right[] = {
        "update?ISP_IMAGE_SAVE",
        "/cgi-bin/update?ISP_IMAGE_SAVE",
        "http://camera:8080/cgi-bin/update?ISP_IMAGE_SAVE",
        "HTTP://Camera:8080/cgi-bin/update?ISP_IMAGE_SAVE",
    };
    static const char *const wrong[] = {
        "",
        "update",
        "update?",
        "update?ISP_IMAGE",
        "update?ISP_IMAGE_SAVE&more",
        "update?ISP_IMAGE_SAVE#x",
        "update?isp_image_save",
        "Update?ISP_IMAGE_SAVE",
        " update?ISP_IMAGE_SAVE",
        "../cgi-bin/update?ISP_IMAGE_SAVE",
        "/update?ISP_IMAGE_SAVE",
        "//evil/cgi-bin/update?ISP_IMAGE_SAVE",
        "//camera:8080/cgi-bin/update?ISP_IMAGE_SAVE",
        "http://camera/cgi-bin/update?ISP_IMAGE_SAVE",
        "http://camera:80801/cgi-bin/update?ISP_IMAGE_SAVE",
        "http://camera:8080.evil/cgi-bin/update?ISP_IMAGE_SAVE",
        "http://camera:8080@evil/cgi-bin/update?ISP_IMAGE_SAVE",
        "http://camera:8080update?ISP_IMAGE_SAVE",
        "https://camera:8080/cgi-bin/update?ISP_IMAGE_SAVE",
        "javascript:update?ISP_IMAGE_SAVE",
        "update?ISP_HARDWARE_SAVE",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(right); i++)
        assert_true(leads(right[i]));
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_false(leads(wrong[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_forms_that_our_own_cameras_send),
        cmocka_unit_test(reads_what_a_browser_would),
        cmocka_unit_test(refuses_what_is_no_such_form),
        cmocka_unit_test(an_action_leads_to_the_same_place_or_nowhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
