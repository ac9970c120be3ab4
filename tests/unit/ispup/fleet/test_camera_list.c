/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/camera_list.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 20000, MANY_LINE = 32 };

static void reads_cameras_with_their_columns(void **state)
{
    static const char text[] = "\xef\xbb\xbfroom,Camera,site,ORDER\r\n"
                               "\"12, left\",https://admin@one:8443,north,7\r\n"
                               "\r\n"
                               "\"say \"\"hi\"\"\nthere\",two,,\r\n"
                               ",[fd00::1],M\xc3\xbcnchen,0\r\n";
    CLEANUP(camera_list_close) struct camera_list list = CAMERA_LIST_NONE;
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(camera_list_parse(span_text(text), &list, &err));
    assert_int_equal(list.count, 3);
    assert_int_equal(list.column_count, 4);
    assert_string_equal(camera_list_name(&list, 1), "Camera");
    assert_string_equal(list.targets[0].origin, "https://one:8443");
    assert_string_equal(list.targets[0].user, "admin");
    assert_string_equal(list.targets[2].label, "[fd00::1]");
    assert_string_equal(camera_list_value(&list, 0, 0), "12, left");
    assert_string_equal(camera_list_value(&list, 1, 0), "say \"hi\"\nthere");
    assert_string_equal(camera_list_known(&list, 0, CAMERA_COLUMN_SITE), "north");
    assert_string_equal(camera_list_known(&list, 1, CAMERA_COLUMN_SITE), "");
    assert_string_equal(camera_list_known(&list, 2, CAMERA_COLUMN_SITE), "M\xc3\xbcnchen");
    assert_string_equal(camera_list_known(&list, 0, CAMERA_COLUMN_GROUP), "");
    assert_int_equal(camera_list_order(&list, 0), 7);
    assert_int_equal(camera_list_order(&list, 2), 0);
    assert_true(camera_list_order(&list, 1) > CAMERA_LIST_ORDER_LIMIT);
    assert_int_equal(list.lines[0], 2);
    assert_int_equal(list.lines[1], 4);
    assert_int_equal(list.lines[2], 6);
}

static void refuses_each_hostile_table_and_names_the_line(void **state)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"", "line 1: no header line, such as camera,site"},
        {"\n\r\n", "line 1: no header line, such as camera,site"},
        {"camera\n", "line 1: a header, and no camera after it"},
        {"site\nx\n", "line 1: no column camera (the header names the columns, with commas "
                      "between)"},
        {"camera;site\none;x\n",
         "line 1: no column camera (the header names the columns, with commas between)"},
        {"one\ntwo\n",
         "line 1: no column camera (the header names the columns, with commas between)"},
        {"camera,password\none,x\n",
         "line 1: a column password: passwords come from ~/.netrc or --password-fd"},
        {"\ncamera, PassWord \none,x\n",
         "line 2: a column password: passwords come from ~/.netrc or --password-fd"},
        {"camera,camera\none,two\n", "line 1: two columns camera"},
        {"camera,Site,site\none,,\n", "line 1: two columns Site"},
        {"camera,,x\none,,\n", "line 1: column 2 has no name"},
        {"camera, \none,\n", "line 1: column 2 has no name"},
        {"camera,\"a\nb\"\none,\n",
         "line 1: the name of a column is not one line that can be read"},
        {"camera,site\none\n", "line 2: 1 of 2 fields"},
        {"camera,site\none,x,y\n", "line 2: more than 2 fields"},
        {"camera,site\none,x\n\n\"two\n", "line 4: a quote that is not closed"},
        {"camera\none\nhttp://a:b@two\n",
         "line 3: a camera is [http://|https://][USER@]HOST[:PORT], nothing else"},
        {"camera,x\n,y\n",
         "line 2: a camera is [http://|https://][USER@]HOST[:PORT], nothing else"},
        {"camera,x\n one,y\n",
         "line 2: a camera is [http://|https://][USER@]HOST[:PORT], nothing else"},
        {"camera,x\n=cmd|' /C calc'!A0,y\n",
         "line 2: a camera is [http://|https://][USER@]HOST[:PORT], nothing else"},
        {"camera\none\n\nhttps://two\nadmin@ONE:80\nTWO:443\n", "line 5: ONE is in line 2 already"},
        {"camera,order\none,-1\n", "line 2: order is a number from 0 to 2147483647"},
        {"camera,order\none,2147483648\n", "line 2: order is a number from 0 to 2147483647"},
        {"camera,site\none,\"a\nb\"\n", "line 2: site is not one line that can be read"},
        {"camera,group\none,a\xe2\x80\xae"
         "b\n",
         "line 2: group is not one line that can be read"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct camera_list list = CAMERA_LIST_NONE;
        struct error err = ERROR_EMPTY;

        assert_false(camera_list_parse(span_text(cases[i].text), &list, &err));
        assert_string_equal(err.text, cases[i].words);
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
        assert_null(list.cells);
    }
}

/* `camera,xxx...` with `size` bytes after the comma, and a camera. */
static bool parse_with_name(size_t size, struct error *err)
{
    CLEANUP(camera_list_close) struct camera_list list = CAMERA_LIST_NONE;
    char text[CAMERA_LIST_VALUE_LIMIT + 64] = "camera,";

    memset(text + strlen(text), 'x', size);
    memcpy(text + strlen("camera,") + size, "\none,\n", 7);
    return camera_list_parse(span_text(text), &list, err);
}

static void values_have_a_limit(void **state)
{
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(parse_with_name(CAMERA_LIST_VALUE_LIMIT, &err));
    assert_false(parse_with_name(CAMERA_LIST_VALUE_LIMIT + 1, &err));
    assert_string_equal(err.text, "line 1: a value of more than 1024 bytes");
}

static bool parse_with_columns(size_t count, struct error *err)
{
    CLEANUP(camera_list_close) struct camera_list list = CAMERA_LIST_NONE;
    char text[1024] = "camera";
    size_t used = strlen(text);

    for (size_t i = 1; i < count; i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, ",c%zu", i);
    used += (size_t)snprintf(text + used, sizeof(text) - used, "\none");
    for (size_t i = 1; i < count; i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, ",");
    return camera_list_parse(span_text(text), &list, err);
}

static void columns_have_a_limit(void **state)
{
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(parse_with_columns(CAMERA_LIST_COLUMNS, &err));
    assert_false(parse_with_columns(CAMERA_LIST_COLUMNS + 1, &err));
    assert_string_equal(err.text, "line 1: more than 64 columns");
}

static void tens_of_thousands_of_cameras_are_taken(void **state)
{
    CLEANUP(camera_list_close) struct camera_list list = CAMERA_LIST_NONE;
    CLEANUP(memory_free) char *text = NULL;
    void *memory = NULL;
    struct error err = ERROR_EMPTY;
    size_t used = 0;

    (void)state;
    assert_true(memory_allocate(&memory, (size_t)MANY * MANY_LINE, &err));
    text = memory;
    used += (size_t)snprintf(text, MANY_LINE, "camera\n");
    for (int i = 0; i < MANY; i++)
        used += (size_t)snprintf(text + used, MANY_LINE, "admin@camera-%d\n", i);
    assert_true(camera_list_parse(span_of(text, used), &list, &err));
    assert_int_equal(list.count, MANY);
    used += (size_t)snprintf(text + used, MANY_LINE, "CAMERA-700\n");
    assert_false(camera_list_parse(span_of(text, used), &list, &err));
    assert_string_equal(err.text, "line 20002: CAMERA-700 is in line 702 already");
}

static void a_file_over_the_limit_is_refused(void **state)
{
    struct camera_list list = CAMERA_LIST_NONE;
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_false(camera_list_parse(span_of("camera\none\n", CAMERA_LIST_LIMIT + 1), &list, &err));
    assert_string_equal(err.text, "larger than 67108864 bytes");
}

static char *printed(const struct camera_list *list, size_t camera)
{
    struct json json;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    json_begin(&json, out);
    camera_list_print(list, camera, &json);
    json_end(&json);
    (void)fclose(out);
    return text;
}

static void columns_are_printed_except_the_address(void **state)
{
    static const char text[] = "site,camera,\"a \"\"name\"\"\"\n"
                               "x,one,\n"
                               "M\xc3\xbcnchen,two,\"line\n=cmd|'\"\n";
    CLEANUP(camera_list_close) struct camera_list list = CAMERA_LIST_NONE;
    struct error err = ERROR_EMPTY;
    char *shown = printed(&list, 0);

    (void)state;
    assert_string_equal(shown, "{\"columns\":{}}\n");
    free(shown);
    assert_true(camera_list_parse(span_text(text), &list, &err));
    shown = printed(&list, 1);
    assert_string_equal(shown, "{\"columns\":{\"site\":\"M\xc3\xbcnchen\","
                               "\"a \\\"name\\\"\":\"line\\u000a=cmd|'\"}}\n");
    free(shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_cameras_with_their_columns),
        cmocka_unit_test(refuses_each_hostile_table_and_names_the_line),
        cmocka_unit_test(values_have_a_limit),
        cmocka_unit_test(columns_have_a_limit),
        cmocka_unit_test(tens_of_thousands_of_cameras_are_taken),
        cmocka_unit_test(columns_are_printed_except_the_address),
        cmocka_unit_test(a_file_over_the_limit_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
