/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/error_class.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { PAGE_LIMIT = 1 << 20, TEXT_SIZE = 512, TEXTS_LEAST = 100 };

/* Copies a text of the page; each `<place>` becomes a 7. */
static void fill_in(struct span listed, char text[TEXT_SIZE])
{
    size_t size = 0;

    while (listed.size > 0) {
        struct span place, rest = listed;

        assert_true(size < TEXT_SIZE - 1);
        if (listed.data[0] == '<' && span_split(&rest, '>', &place)) {
            text[size++] = '7';
            listed = rest;
        } else {
            text[size++] = (char)listed.data[0];
            listed = span_from(listed, 1);
        }
    }
    text[size] = '\0';
}

/* A row of a table of texts begins with the text in backquotes. */
static bool take_text(struct span line, char text[TEXT_SIZE])
{
    struct span listed;

    if (!span_skip(&line, "| `") || !span_split(&line, '`', &listed))
        return false;
    fill_in(listed, text);
    return true;
}

static void every_text_of_the_protocol_page_has_a_class(void **state)
{
    CLEANUP(memory_free) unsigned char *page = NULL;
    struct error err = ERROR_EMPTY;
    struct span rest, line;
    bool is_inside = false;
    size_t size = 0, at, count = 0;
    char text[TEXT_SIZE];

    (void)state;
    assert_true(file_read(PROTOCOL_PAGE, PAGE_LIMIT, &page, &size, &err));
    rest = span_of(page, size);
    while (span_split(&rest, '\n', &line)) {
        if (span_begins(line, "## "))
            is_inside = span_find(line, span_text("Every ERROR text"), &at);
        if (!is_inside || !take_text(line, text))
            continue;
        if (error_class_of(span_text(text), true) == ERROR_CLASS_NONE)
            fail_msg("no class: %s", text);
        count++;
    }
    assert_true(count >= TEXTS_LEAST);
}

static void a_text_gets_the_class_of_its_cause(void **state)
{
    static const struct {
        const char *text;
        enum error_class expected;
    } cases[] = {
        {"update in progress", ERROR_CLASS_BUSY},
        {"request: too many at once", ERROR_CLASS_BUSY},
        {"request: body is larger than 7 bytes", ERROR_CLASS_LIMIT},
        {"request: no length", ERROR_CLASS_REQUEST},
        {"upload: has 7 bytes, limit is 7", ERROR_CLASS_LIMIT},
        {"upload: cut short", ERROR_CLASS_UPLOAD},
        {"ISP platform: image is for 0300, camera is 0301", ERROR_CLASS_PLATFORM},
        {"ISP platform: ISP-Image.desc says 0300, file name says 0301", ERROR_CLASS_FILE_NAME},
        {"version: ISP-Image.desc says V1.00.00, file name says V1.01.00", ERROR_CLASS_FILE_NAME},
        {"gzip: this is not a gzip file", ERROR_CLASS_IMAGE},
        {"ISP-Image.desc: line 7: size is not a number of bytes from 1 on", ERROR_CLASS_IMAGE},
        {"ISP-Image.desc: line 7: format is not 1, the only one known here", ERROR_CLASS_FORMAT},
        {"firmware: has 7 bytes, flash holds 6", ERROR_CLASS_MODEL},
        {"work folder: needs 7 bytes, has 6", ERROR_CLASS_ROOM},
        {"work folder /mnt is not there", ERROR_CLASS_WORK_FOLDER},
        {"work folder /mnt is a link, name the folder itself", ERROR_CLASS_WORK_FOLDER},
        {"journal lost: run ispup-camera adopt", ERROR_CLASS_JOURNAL_LOST},
        {"journal: record does not fit", ERROR_CLASS_JOURNAL},
        {"settings: no place", ERROR_CLASS_SETTINGS},
        {"settings: save ended with status 1: no", ERROR_CLASS_HOOK},
        {"activate: bank ended with status 1: no", ERROR_CLASS_HOOK},
        {"isp-a: writing at 0x200000: Input/output error", ERROR_CLASS_FLASH},
        {"firmware: isp-a: no room for 7 bytes", ERROR_CLASS_ROOM},
        {"internal error: cannot open /x: Permission denied", ERROR_CLASS_INTERNAL},
        {"/etc/ispup.conf: line 7: unknown key", ERROR_CLASS_CONFIGURATION},
        {"hello", ERROR_CLASS_NONE},
        {"", ERROR_CLASS_NONE},
    };
    char line[TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        (void)snprintf(line, sizeof(line), "ERROR: %s", cases[i].text);
        assert_int_equal(error_class_of(span_text(cases[i].text), true), cases[i].expected);
        assert_int_equal(error_class_of(span_text(line), true), cases[i].expected);
    }
}

static void a_new_text_begins_with_its_class(void **state)
{
    char text[TEXT_SIZE];

    (void)state;
    for (enum error_class which = ERROR_CLASS_NONE + 1; which < ERROR_CLASS_COUNT; which++) {
        (void)snprintf(text, sizeof(text), "%s: something new", error_class_name(which));
        assert_int_equal(error_class_of(span_text(text), true), which);
        for (enum error_class other = ERROR_CLASS_NONE; other < which; other++)
            assert_string_not_equal(error_class_name(which), error_class_name(other));
    }
}

static void of_another_camera_only_the_texts_of_the_family_are_known(void **state)
{
    (void)state;
    assert_int_equal(error_class_of(span_text("not authorized"), false), ERROR_CLASS_ACCOUNT);
    assert_int_equal(error_class_of(span_text("ISP_IMAGE not found"), false), ERROR_CLASS_COMMAND);
    assert_int_equal(error_class_of(span_text("flash: writing at 0x100"), false), ERROR_CLASS_NONE);
    assert_int_equal(error_class_of(span_text("page not found"), false), ERROR_CLASS_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_of_the_protocol_page_has_a_class),
        cmocka_unit_test(a_text_gets_the_class_of_its_cause),
        cmocka_unit_test(a_new_text_begins_with_its_class),
        cmocka_unit_test(of_another_camera_only_the_texts_of_the_family_are_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
