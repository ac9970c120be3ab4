/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/record/recording.h"

#include "base/number.h"
#include "ispup/record/recording_escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define REQUEST "[request-1]\nat = 5\ntook = 7\nrequest = GET /a?B\n"
#define BEGIN "format = 1\n" REQUEST
#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static bool parse(const char *text, struct recording *recording, struct error *err)
{
    *err = ERROR_EMPTY;
    return recording_parse(span_text(text), recording, err);
}

static void reads_a_request_with_all_its_keys(void **state)
{
    struct recording recording;
    const struct recording_entry *entry;
    struct error err;

    (void)state;
    assert_true(parse("# a comment\nformat = 1\nmade-by = ispup 1\nimage = x.bin 1 2\n\n"
                      "[request-1]\nat = 5\ntook = 70\nrequest = POST /cgi-bin/update?X\n"
                      "field = Referer: http://camera.invalid/\nsent = 345\nsent-took = 6\n"
                      "end = cut\nhead = HTTP/1.0 200 OK\\r\\n\nhead = \\r\\n\n"
                      "body = a\\tb\\\\n\\n\nbody = \\x00\\xff\\x20\n",
                      &recording, &err));
    assert_int_equal(recording.count, 1);
    entry = recording.entries;
    assert_true(span_is(recording.made_by, "ispup 1"));
    assert_true(span_is(recording.image, "x.bin 1 2"));
    assert_int_equal(entry->at, 5);
    assert_int_equal(entry->took, 70);
    assert_true(entry->is_post);
    assert_true(span_is(entry->target, "/cgi-bin/update?X"));
    assert_true(span_is(entry->field, "Referer: http://camera.invalid/"));
    assert_int_equal(entry->sent, 345);
    assert_int_equal(entry->sent_took, 6);
    assert_int_equal(entry->end, RECORDING_CUT);
    assert_true(span_is(entry->head, "HTTP/1.0 200 OK\r\n\r\n"));
    assert_true(span_same(entry->body, span_of("a\tb\\n\n\0\xff ", 9)));
    recording_close(&recording);
}

static void reads_a_long_body_as_size_and_digest(void **state)
{
    struct recording recording;
    struct error err;

    (void)state;
    assert_true(parse(BEGIN "end = whole\nbody-size = 65537\nbody-sha256 = " DIGEST
                            "\nbody = ISP Firmware Version X\\n\n",
                      &recording, &err));
    assert_int_equal(recording.entries[0].body_size, 65537);
    assert_true(span_is(recording.entries[0].sha256, DIGEST));
    assert_true(span_is(recording.entries[0].body, "ISP Firmware Version X\n"));
    recording_close(&recording);
}

static void refuses_all_else_and_names_the_line(void **state)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"", "line 0: a key is missing"},
        {"format = 1", "line 1: no line end"},
        {"format = 2\n", "line 1: only format 1 is known"},
        {"format=1\n", "line 1: neither [section] nor key = value"},
        {"format = 1\nformat = 1\n", "line 2: a key that is given twice"},
        {"format = 1\nat = 1\n", "line 2: unknown key, or in another section"},
        {"format = 1\nother = 1\n", "line 2: unknown key"},
        {"[request-1]\n", "line 1: a key is missing in the section before"},
        {"format = 1\n[request-2]\n", "line 2: the sections are numbered from 1"},
        {"format = 1\n[request-01]\n", "line 2: a section is [request-N]"},
        {"format = 1\n[request-]\n", "line 2: a section is [request-N]"},
        {"format = 1\n[request-1\n", "line 2: a section is [request-N]"},
        {"format = 1\n[camera]\n", "line 2: a section is [request-N]"},
        {BEGIN, "line 5: a key is missing in the last section"},
        {BEGIN "end = whole\n[request-2]\nat = 4\n", "line 8: earlier than the section before"},
        {BEGIN "end = whole\n[request-2]\nat = 4x\n", "line 8: not a number, or too large"},
        {BEGIN "end = whole\n[request-2]\nat = 04\n", "line 8: not a number, or too large"},
        {BEGIN "end = whole\n[request-2]\nat = 86400001\n", "line 8: not a number, or too large"},
        {BEGIN "end = else\n", "line 6: unknown end"},
        {BEGIN "end = whole\nsent = 1\nsent-took = 1\n",
         "line 7: a key that is given twice, or in"},
        {BEGIN "sent = 1\nsent-took = 1\nend = whole\n", "line 8: a key is missing in the last"},
        {BEGIN "end = whole\nbody = x\nhead = x\n", "line 8: a key that is given twice, or in"},
        {BEGIN "end = whole\nbody = x \n", "line 7: text is printable ASCII"},
        {BEGIN "end = whole\nbody = \n", "line 7: text is printable ASCII"},
        {BEGIN "end = whole\nbody = \\x41\n", "line 7: text is printable ASCII"},
        {BEGIN "end = whole\nbody = \\x0a\n", "line 7: text is printable ASCII"},
        {BEGIN "end = whole\nbody = \\xFF\n", "line 7: text is printable ASCII"},
        {BEGIN "end = whole\nbody = \\x2\n", "line 7: text is printable ASCII"},
        {BEGIN "end = whole\nbody = \\x20x\n", "line 7: text is printable ASCII"},
        {BEGIN "end = whole\nbody = \\q\n", "line 7: text is printable ASCII"},
        {BEGIN "end = whole\nbody = \\\n", "line 7: text is printable ASCII"},
        {BEGIN "end = whole\nbody = \t\n", "line 7: text is printable ASCII"},
        {BEGIN "end = whole\nbody-size = 65536\n", "line 7: such a body is kept whole"},
        {BEGIN "end = whole\nbody-size = 65537\n", "line 7: a key is missing in the last"},
        {BEGIN "end = whole\nbody-size = 65537\nbody-sha256 = 00\n", "line 8: a SHA-256 digest"},
        {"format = 1\n[request-1]\nat = 5\ntook = 7\nrequest = PUT /\n",
         "line 5: a request is GET"},
    };
    struct recording recording;
    struct error err;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_false(parse(cases[i].text, &recording, &err));
        assert_true(span_begins(span_text(err.text), cases[i].words) ||
                    (print_error("%s: %s\n", cases[i].text, err.text), false));
    }
}

/* `count` requests. */
static char *make_many(size_t count)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    (void)fputs("format = 1\n", file);
    for (size_t i = 1; i <= count; i++)
        (void)fprintf(file, "[request-%zu]\nat = 1\ntook = 1\nrequest = GET /\nend = cut\n", i);
    (void)fclose(file);
    return text;
}

static void has_room_for_so_many_requests(void **state)
{
    char *fits = make_many(RECORDING_LIMIT), *does_not = make_many(RECORDING_LIMIT + 1);
    struct recording recording;
    struct error err;

    (void)state;
    assert_true(parse(fits, &recording, &err));
    assert_int_equal(recording.count, RECORDING_LIMIT);
    recording_close(&recording);
    assert_false(parse(does_not, &recording, &err));
    free(fits);
    free(does_not);
}

/* A body of `size` bytes, in lines of 1000. */
static char *make_body(size_t size)
{
    char *text = NULL;
    size_t written = 0;
    FILE *file = open_memstream(&text, &written);

    (void)fputs(BEGIN "end = whole\n", file);
    for (size_t left = size; left > 0; left -= left < 1000 ? left : 1000)
        (void)fprintf(file, "body = %0*d\n", (int)(left < 1000 ? left : 1000), 0);
    (void)fclose(file);
    return text;
}

static void keeps_a_body_whole_up_to_its_limit(void **state)
{
    char *fits = make_body(RECORDING_BODY_LIMIT), *does_not = make_body(RECORDING_BODY_LIMIT + 1);
    struct recording recording;
    struct error err;

    (void)state;
    assert_true(parse(fits, &recording, &err));
    assert_int_equal(recording.entries[0].body.size, RECORDING_BODY_LIMIT);
    recording_close(&recording);
    assert_false(parse(does_not, &recording, &err));
    free(fits);
    free(does_not);
}

static void each_byte_has_one_form_and_comes_back(void **state)
{
    unsigned char bytes[512], back[512];
    char *text = NULL;
    size_t size = 0, written = 0;
    FILE *file = open_memstream(&text, &written);

    (void)state;
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)i;
    recording_escape(span_of(bytes, sizeof(bytes)), file);
    (void)fclose(file);
    assert_true(recording_unescape(span_text(text), back, &size));
    assert_int_equal(size, sizeof(bytes));
    assert_memory_equal(bytes, back, size);
    free(text);
}

static void what_was_read_is_written_the_same(void **state)
{
    static const char text[] = "format = 1\nmade-by = a\\nb\nimage = c\\nd\n" REQUEST
                               "field = e\\nf\nend = whole\nhead = HTTP/1.0 200 OK\\n\nhead = "
                               "\\n\nbody = x\\n\nbody = y\n";
    struct recording recording;
    char *written = NULL;
    struct error err;
    size_t size = 0;
    FILE *file;

    (void)state;
    assert_true(parse(text, &recording, &err));
    file = open_memstream(&written, &size);
    recording_print(&recording, file);
    (void)fclose(file);
    assert_non_null(strstr(written,
                           "\nmade-by = a\\nb\nimage = c\\nd\n"
                           "\n[request-1]\nat = 5\ntook = 7\nrequest = GET /a?B\n"
                           "field = e\\nf\nend = whole\nhead = HTTP/1.0 200 OK\\n\nhead = \\n\n"
                           "body = x\\n\nbody = y\n"));
    recording_close(&recording);
    free(written);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_request_with_all_its_keys),
        cmocka_unit_test(reads_a_long_body_as_size_and_digest),
        cmocka_unit_test(refuses_all_else_and_names_the_line),
        cmocka_unit_test(has_room_for_so_many_requests),
        cmocka_unit_test(keeps_a_body_whole_up_to_its_limit),
        cmocka_unit_test(each_byte_has_one_form_and_comes_back),
        cmocka_unit_test(what_was_read_is_written_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
