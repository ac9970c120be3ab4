/* SPDX-License-Identifier: Apache-2.0 */
#include "base/keyvalue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define SECTION "[a]\n"

static bool parse(struct span text, struct keyvalue_list *list, struct error *err)
{
    return keyvalue_parse(text, ERROR_CONFIGURATION, list, err);
}

static void every_part_of_the_grammar_is_read(void **state)
{
    static const char text[] = "; a comment\n"
                               "# another\n"
                               "\n"
                               "[first-1_.]\n"
                               "key = value\n"
                               "no-blanks=x\n"
                               "many   =   a b = c\n"
                               "empty =\n"
                               "remark = a ; b # c\n"
                               "utf8 = \xc3\xa4\n"
                               "[without-keys]\n"
                               "[Second]\n"
                               "key = [other]\n";
    static const struct {
        const char *section, *key, *value;
        unsigned line;
    } rows[] = {
        {"first-1_.", "key", "value", 5},        {"first-1_.", "no-blanks", "x", 6},
        {"first-1_.", "many", "a b = c", 7},     {"first-1_.", "empty", "", 8},
        {"first-1_.", "remark", "a ; b # c", 9}, {"first-1_.", "utf8", "\xc3\xa4", 10},
        {"Second", "key", "[other]", 13},
    };
    struct keyvalue_list list;
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(parse(span_text(text), &list, &err));
    assert_int_equal(list.count, COUNT_OF(rows));
    assert_int_equal(list.section_count, 3);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct keyvalue *pair = keyvalue_find(&list, rows[i].section, rows[i].key);

        assert_ptr_equal(pair, &list.pairs[i]);
        assert_true(span_is(pair->value, rows[i].value));
        assert_int_equal(pair->line, rows[i].line);
    }
    assert_true(keyvalue_has_section(&list, "without-keys"));
}

static void what_is_not_there_is_not_found(void **state)
{
    struct keyvalue_list list;
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(parse(span_text("[a]\nkey = 1\n[b]\nother = 2\n"), &list, &err));
    assert_null(keyvalue_find(&list, "a", "other"));
    assert_null(keyvalue_find(&list, "b", "key"));
    assert_null(keyvalue_find(&list, "A", "key"));
    assert_null(keyvalue_find(&list, "a", "Key"));
    assert_null(keyvalue_find(&list, "a", "ke"));
    assert_null(keyvalue_find(&list, "a", "key1"));
    assert_null(keyvalue_find(&list, "", "key"));
    assert_false(keyvalue_has_section(&list, "c"));
    assert_false(keyvalue_has_section(&list, "A"));
    /* A second read replaces the list. */
    assert_true(parse(SPAN_EMPTY, &list, &err));
    assert_int_equal(list.count + list.section_count, 0);
}

static void every_other_line_is_refused_by_its_number(void **state)
{
    static const struct {
        const char *text, *refusal;
    } rows[] = {
        {"\xef\xbb\xbf[a]\n", "line 1: byte order mark"},
        {"[a]", "line 1: no line end"},
        {SECTION "key = 1", "line 2: no line end"},
        {"; comment", "line 1: no line end"},
        {"key = 1\n", "line 1: key before the first section"},
        {SECTION "key\n", "line 2: no = in it"},
        {SECTION " \n", "line 2: no = in it"},
        {SECTION "= 1\n", "line 2: bad key name"},
        {SECTION " = 1\n", "line 2: bad key name"},
        {SECTION " key = 1\n", "line 2: bad key name"},
        {SECTION "two words = 1\n", "line 2: bad key name"},
        {SECTION "k\xc3\xa4y = 1\n", "line 2: bad key name"},
        {SECTION "k/y = 1\n", "line 2: bad key name"},
        {SECTION " ; comment\n", "line 2: no = in it"},
        {SECTION "key = 1 \n", "line 2: blank after the value"},
        {SECTION "key = 1\r\n", "line 2: ends with CR LF: use LF alone"},
        {SECTION "key = 1\r2\n", "line 2: control character"},
        {SECTION "key =\t1\n", "line 2: a tab: use blanks"},
        {SECTION "key = \x7f\n", "line 2: control character"},
        {SECTION "; \x1f\n", "line 2: control character"},
        {SECTION "key = \xff\n", "line 2: not UTF-8"},
        {SECTION "# \xc3\n", "line 2: not UTF-8"},
        {SECTION "[b\n", "line 2: section without ]"},
        {SECTION "[\n", "line 2: section without ]"},
        {SECTION "[b] \n", "line 2: section without ]"},
        {SECTION "[b] ; c\n", "line 2: section without ]"},
        {SECTION "[]\n", "line 2: bad section name"},
        {SECTION "[ b]\n", "line 2: bad section name"},
        {SECTION "[b c]\n", "line 2: bad section name"},
        {SECTION "[[b]]\n", "line 2: bad section name"},
        {SECTION "[b]\n[a]\n", "line 3: section [a] given twice"},
        {SECTION "key = 1\n\nkey = 2\n", "line 4: key key given twice"},
        {SECTION "key = 1\nkey = 1\n", "line 3: key key given twice"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct keyvalue_list list;
        struct error err = ERROR_EMPTY;

        assert_false(parse(span_text(rows[i].text), &list, &err));
        assert_string_equal(err.text, rows[i].refusal);
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
    }
}

static void a_nul_is_a_control_character(void **state)
{
    static const char text[] = "[a]\nkey = a\0b\n";
    struct keyvalue_list list;
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_false(keyvalue_parse(span_of(text, sizeof(text) - 1), ERROR_IMAGE, &list, &err));
    assert_string_equal(err.text, "line 2: control character");
    assert_int_equal(err.kind, ERROR_IMAGE);
}

static void one_key_may_stand_in_two_sections(void **state)
{
    struct keyvalue_list list;
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(parse(span_text("[a]\nkey = 1\n[b]\nkey = 2\n"), &list, &err));
    assert_true(span_is(keyvalue_find(&list, "a", "key")->value, "1"));
    assert_true(span_is(keyvalue_find(&list, "b", "key")->value, "2"));
}

/* Makes `count` lines; %u becomes the number of the line. */
static struct span lines(char *text, size_t size, const char *first, bool sections, unsigned count)
{
    size_t at = (size_t)snprintf(text, size, "%s", first);

    for (unsigned i = 0; i < count; i++)
        at += (size_t)snprintf(text + at, size - at, sections ? "[s%u]\n" : "k%u = 1\n", i);
    return span_of(text, at);
}

static void as_many_keys_and_sections_as_there_is_room_for(void **state)
{
    char text[16 * KEYVALUE_COUNT];
    struct keyvalue_list list;
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(parse(lines(text, sizeof(text), SECTION, false, KEYVALUE_COUNT), &list, &err));
    assert_int_equal(list.count, KEYVALUE_COUNT);
    assert_false(parse(lines(text, sizeof(text), SECTION, false, KEYVALUE_COUNT + 1), &list, &err));
    assert_string_equal(err.text, "line 258: too many keys");
    assert_true(parse(lines(text, sizeof(text), "", true, KEYVALUE_COUNT), &list, &err));
    assert_int_equal(list.section_count, KEYVALUE_COUNT);
    assert_false(parse(lines(text, sizeof(text), "", true, KEYVALUE_COUNT + 1), &list, &err));
    assert_string_equal(err.text, "line 257: too many sections");
}

static void a_long_name_is_cut_in_the_refusal(void **state)
{
    char text[256], name[64], expected[128];
    struct keyvalue_list list;
    struct error err = ERROR_EMPTY;

    (void)state;
    memset(name, 'n', sizeof(name));
    (void)snprintf(text, sizeof(text), "[a]\n%.60s=1\n%.60s=1\n", name, name);
    (void)snprintf(expected, sizeof(expected), "line 3: key %.32s given twice", name);
    assert_false(parse(span_text(text), &list, &err));
    assert_string_equal(err.text, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_of_the_grammar_is_read),
        cmocka_unit_test(what_is_not_there_is_not_found),
        cmocka_unit_test(every_other_line_is_refused_by_its_number),
        cmocka_unit_test(a_nul_is_a_control_character),
        cmocka_unit_test(one_key_may_stand_in_two_sections),
        cmocka_unit_test(as_many_keys_and_sections_as_there_is_room_for),
        cmocka_unit_test(a_long_name_is_cut_in_the_refusal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
