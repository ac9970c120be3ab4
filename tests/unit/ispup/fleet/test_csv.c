/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_SIZE = 512 };

/* Writes each record as `LINE:[field][field]`. */
static bool read_all(struct span text, char shown[TEXT_SIZE], struct error *err)
{
    unsigned char value[TEXT_SIZE];
    size_t size, used = 0;
    struct csv csv;
    bool is_last;

    shown[0] = '\0';
    csv_begin(&csv, text);
    while (csv_has_record(&csv)) {
        used += (size_t)snprintf(shown + used, TEXT_SIZE - used, "%zu:", csv.line);
        do {
            if (!csv_field(&csv, value, &size, &is_last, err))
                return false;
            assert_int_equal(value[size], '\0');
            used += (size_t)snprintf(shown + used, TEXT_SIZE - used, "[%s]", (char *)value);
        } while (!is_last);
    }
    return true;
}

static void takes_what_rfc_4180_has(void **state)
{
    static const struct {
        const char *text, *shown;
    } cases[] = {
        {"", ""},
        {"a", "1:[a]"},
        {"a,b\n", "1:[a][b]"},
        {"a,b\r\nc,d\r\n", "1:[a][b]2:[c][d]"},
        {"a,b\nc,d", "1:[a][b]2:[c][d]"},
        {"\xef\xbb\xbf\"a\",b", "1:[a][b]"},
        {",\n", "1:[][]"},
        {"a,", "1:[a][]"},
        {"\"\"\n", "1:[]"},
        {"\"a,b\",c", "1:[a,b][c]"},
        {"\"a\"\"b\"\n", "1:[a\"b]"},
        {"\"\"\"\"", "1:[\"]"},
        {"\"a\nb\r\nc\",d\ne", "1:[a\nb\r\nc][d]4:[e]"},
        {"\n\r\na\n\n\nb\n\n", "3:[a]6:[b]"},
        {" a , b ", "1:[ a ][ b ]"},
        {"M\xc3\xbcnchen,a\tb", "1:[M\xc3\xbcnchen][a\tb]"},
    };
    struct error err = ERROR_EMPTY;
    char shown[TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_true(read_all(span_text(cases[i].text), shown, &err));
        assert_string_equal(shown, cases[i].shown);
    }
}

static void refuses_the_rest_and_names_the_line(void **state)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"a\nb\"c\"", "line 2: a quote in a field that does not begin with one"},
        {"a\n b, \"c\"", "line 2: a quote in a field that does not begin with one"},
        {"\"a\" ,b", "line 1: bytes after the closing quote of a field"},
        {"\"a\nb\"c", "line 2: bytes after the closing quote of a field"},
        {"a\n\"b\nc\nd", "line 2: a quote that is not closed"},
        {"\"", "line 1: a quote that is not closed"},
        {"a\rb", "line 1: a CR without LF"},
        {"\"a\"\r", "line 1: a CR without LF"},
        {"a\n\xff", "line 2: not UTF-8"},
        {"a\n\"\n\xc3\"", "line 2: not UTF-8"},
    };
    char shown[TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error err = ERROR_EMPTY;

        assert_false(read_all(span_text(cases[i].text), shown, &err));
        assert_string_equal(err.text, cases[i].words);
        assert_int_equal(err.kind, ERROR_CONFIGURATION);
    }
}

static void refuses_a_nul_in_and_out_of_quotes(void **state)
{
    static const struct span cases[] = {
        {(const unsigned char *)"a\0b", 3},
        {(const unsigned char *)"\"a\0b\"", 5},
        {(const unsigned char *)"\0", 1},
    };
    char shown[TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct error err = ERROR_EMPTY;

        assert_false(read_all(cases[i], shown, &err));
        assert_string_equal(err.text, "line 1: a NUL byte");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_rfc_4180_has),
        cmocka_unit_test(refuses_the_rest_and_names_the_line),
        cmocka_unit_test(refuses_a_nul_in_and_out_of_quotes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
