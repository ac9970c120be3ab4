/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/fd.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#define HEAD_OF(type, size)                                                                        \
    "Content-type: " type "\r\nContent-Length: " size "\r\nCache-Control: no-store\r\n\r\n"

#define DIGITS "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct reply {
    int ends[2];
    char text[32768];
};

/* A socket that keeps packets: one read returns what one write wrote. */
static void begin(struct reply *reply)
{
    assert_int_equal(pipe2(reply->ends, O_DIRECT | O_CLOEXEC), 0);
}

static void end(struct reply *reply)
{
    ssize_t size;

    fd_close(&reply->ends[1]);
    size = read(reply->ends[0], reply->text, sizeof(reply->text) - 1);
    assert_true(size >= 0);
    reply->text[size] = '\0';
    assert_int_equal(read(reply->ends[0], reply->text + size, 1), 0);
    fd_close(&reply->ends[0]);
}

static void ok_has_three_bytes_and_a_head_in_the_specifications_order(void **state)
{
    struct reply reply;
    struct error err = ERROR_EMPTY;

    (void)state;
    begin(&reply);
    assert_true(reply_line(reply.ends[1], "OK", &err));
    end(&reply);
    assert_string_equal(reply.text, HEAD_OF("text/plain", "3") "OK\n");
}

static void form_goes_out_as_it_is(void **state)
{
    struct reply reply;
    struct error err = ERROR_EMPTY;

    (void)state;
    begin(&reply);
    assert_true(reply_form(reply.ends[1], span_text("<html>\n</html>"), &err));
    end(&reply);
    assert_string_equal(reply.text, HEAD_OF("text/html", "14") "<html>\n</html>");
}

static void record_has_a_ticket_if_there_is_one(void **state)
{
    struct reply reply;
    struct error err = ERROR_EMPTY;

    (void)state;
    begin(&reply);
    assert_true(reply_record(reply.ends[1], "", span_text("A='1'\n"), &err));
    end(&reply);
    assert_string_equal(reply.text, HEAD_OF("text/plain", "6") "A='1'\n");
    begin(&reply);
    assert_true(
        reply_record(reply.ends[1], "18446744073709551615-" DIGITS, span_text("A='1'\n"), &err));
    end(&reply);
    assert_string_equal(
        reply.text, "Content-type: text/plain\r\nContent-Length: 6\r\nCache-Control: no-store\r\n"
                    "X-ISP-Ticket: 18446744073709551615-" DIGITS "\r\n\r\nA='1'\n");
}

static void lines_longer_than_one_write_come_whole(void **state)
{
    static char lines[20000];
    struct reply reply;
    struct error err = ERROR_EMPTY;
    FILE *file = tmpfile();
    size_t size;

    (void)state;
    memset(lines, 'x', sizeof(lines));
    assert_non_null(file);
    assert_true(reply_lines(fileno(file), span_of(lines, sizeof(lines)), &err));
    rewind(file);
    size = fread(reply.text, 1, sizeof(reply.text), file);
    (void)fclose(file);
    assert_int_equal(size, strlen(HEAD_OF("text/plain", "20000")) + sizeof(lines));
    assert_memory_equal(reply.text, HEAD_OF("text/plain", "20000"),
                        strlen(HEAD_OF("text/plain", "20000")));
    assert_memory_equal(reply.text + size - sizeof(lines), lines, sizeof(lines));
}

static void errors_of_a_command_have_no_status_line(void **state)
{
    struct reply reply;
    struct error cause = ERROR_EMPTY;
    struct error err = ERROR_EMPTY;

    (void)state;
    (void)error_set(&cause, ERROR_DENIED, "not authorized");
    begin(&reply);
    assert_true(reply_error(reply.ends[1], &cause, &err));
    end(&reply);
    assert_string_equal(reply.text, HEAD_OF("text/plain", "22") "ERROR: not authorized\n");
}

static void errors_of_http_begin_with_their_status(void **state)
{
    struct reply reply;
    struct error cause = ERROR_EMPTY;
    struct error err = ERROR_EMPTY;

    (void)state;
    (void)error_set(&cause, ERROR_HTTP_LENGTH, "no length");
    begin(&reply);
    assert_true(reply_error(reply.ends[1], &cause, &err));
    end(&reply);
    assert_string_equal(reply.text, "Status: 411 Length Required\r\n" HEAD_OF(
                                        "text/plain", "17") "ERROR: no length\n");
}

static void a_refused_method_is_told_which_are_allowed(void **state)
{
    struct reply reply;
    struct error cause = ERROR_EMPTY;
    struct error err = ERROR_EMPTY;

    (void)state;
    (void)error_set(&cause, ERROR_HTTP_METHOD, "method");
    begin(&reply);
    assert_true(reply_error(reply.ends[1], &cause, &err));
    end(&reply);
    assert_memory_equal(reply.text, "Status: 405 ", 12);
    assert_non_null(strstr(reply.text, "\r\nAllow: GET, HEAD, POST\r\n\r\nERROR: method\n"));
}

static void error_line_is_printable_one_line_and_at_most_200_bytes(void **state)
{
    struct error cause = ERROR_EMPTY;
    char line[REPLY_TEXT_LIMIT + 1];

    (void)state;
    (void)error_set(&cause, ERROR_IMAGE, "file name: a\nb\r\x1b[31m\x7f\xc3\xa4");
    reply_error_line(&cause, line);
    assert_string_equal(line, "ERROR: file name: a?b??[31m???");
    (void)error_set(&cause, ERROR_IMAGE, "%0255d", 7);
    reply_error_line(&cause, line);
    assert_int_equal(strlen(line), 200);
}

static void the_longest_error_reply_ends_in_one_line_end(void **state)
{
    struct reply reply;
    struct error cause = ERROR_EMPTY;
    struct error err = ERROR_EMPTY;

    (void)state;
    (void)error_set(&cause, ERROR_IMAGE, "%0255d", 7);
    begin(&reply);
    assert_true(reply_error(reply.ends[1], &cause, &err));
    end(&reply);
    assert_non_null(strstr(reply.text, "Content-Length: 201\r\n"));
    assert_string_equal(reply.text + strlen(reply.text) - 3, "00\n");
}

static void internal_errors_say_so_once(void **state)
{
    struct error cause = ERROR_EMPTY;
    char line[REPLY_TEXT_LIMIT + 1];

    (void)state;
    (void)error_set(&cause, ERROR_INTERNAL, "reading: no such device");
    reply_error_line(&cause, line);
    assert_string_equal(line, "ERROR: internal error: reading: no such device");
    (void)error_set(&cause, ERROR_INTERNAL, "internal error: no memory for 8 bytes");
    reply_error_line(&cause, line);
    assert_string_equal(line, "ERROR: internal error: no memory for 8 bytes");
    (void)error_prefix(&cause, "firmware");
    reply_error_line(&cause, line);
    assert_string_equal(line, "ERROR: firmware: internal error: no memory for 8 bytes");
}

static void kinds_have_the_statuses_of_the_protocol_page(void **state)
{
    static const struct {
        enum error_kind kind;
        unsigned http;
        int exit;
    } rows[] = {
        {ERROR_NONE, 200, 0},           {ERROR_INTERNAL, 200, 70},
        {ERROR_USAGE, 200, 64},         {ERROR_CONFIGURATION, 200, 78},
        {ERROR_HTTP_MALFORMED, 400, 1}, {ERROR_HTTP_NOT_FOUND, 404, 1},
        {ERROR_HTTP_METHOD, 405, 1},    {ERROR_HTTP_LENGTH, 411, 1},
        {ERROR_HTTP_LARGE, 413, 1},     {ERROR_HTTP_LONG, 431, 1},
        {ERROR_HTTP_BUSY, 503, 2},      {ERROR_REQUEST, 200, 1},
        {ERROR_DENIED, 200, 1},         {ERROR_BUSY, 200, 2},
        {ERROR_UPLOAD, 200, 1},         {ERROR_IMAGE, 200, 1},
        {ERROR_ROOM, 200, 1},           {ERROR_FLASH, 200, 4},
        {ERROR_SETTINGS, 200, 4},       {ERROR_JOURNAL, 200, 5},
        {ERROR_LOST, 200, 3},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(rows[i].kind, i);
        assert_int_equal(reply_http_status(rows[i].kind), rows[i].http);
        assert_int_equal(reply_exit_status(rows[i].kind), rows[i].exit);
    }
}

static void an_unknown_kind_is_an_internal_error(void **state)
{
    (void)state;
    assert_int_equal(reply_http_status((enum error_kind)(ERROR_LOST + 1)), 200);
    assert_int_equal(reply_exit_status((enum error_kind)255), 70);
}

static void a_reader_that_has_gone_is_an_error(void **state)
{
    int ends[2];
    struct error err = ERROR_EMPTY;

    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    fd_close(&ends[0]);
    assert_false(reply_line(ends[1], "OK", &err));
    fd_close(&ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ok_has_three_bytes_and_a_head_in_the_specifications_order),
        cmocka_unit_test(form_goes_out_as_it_is),
        cmocka_unit_test(record_has_a_ticket_if_there_is_one),
        cmocka_unit_test(lines_longer_than_one_write_come_whole),
        cmocka_unit_test(errors_of_a_command_have_no_status_line),
        cmocka_unit_test(errors_of_http_begin_with_their_status),
        cmocka_unit_test(a_refused_method_is_told_which_are_allowed),
        cmocka_unit_test(error_line_is_printable_one_line_and_at_most_200_bytes),
        cmocka_unit_test(the_longest_error_reply_ends_in_one_line_end),
        cmocka_unit_test(internal_errors_say_so_once),
        cmocka_unit_test(kinds_have_the_statuses_of_the_protocol_page),
        cmocka_unit_test(an_unknown_kind_is_an_internal_error),
        cmocka_unit_test(a_reader_that_has_gone_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
