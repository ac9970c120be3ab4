/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fd.h"

#include <string.h>
#include <unistd.h>

/* What one call of the log writes into a pipe. */
static size_t logged(const char *program, const char *text, char *line, size_t capacity)
{
    struct log log = {.program = program, .fd = FD_NONE, .system = false};
    struct error err = ERROR_EMPTY;
    int ends[2];
    size_t got;

    assert_int_equal(pipe(ends), 0);
    log.fd = ends[1];
    log_line(&log, "%s", text);
    (void)close(ends[1]);
    assert_true(fd_read(ends[0], line, capacity - 1, &got, &err));
    (void)close(ends[0]);
    line[got] = '\0';
    return got;
}

static void one_line_for_anything_that_a_stranger_sends(void **state)
{
    static const char *const rows[][2] = {
        {"plain", "update: plain\n"},
        {"", "update: \n"},
        {"a\nupdate: forged", "update: a?update: forged\n"},
        {"\x1b[2J\r\t\x7f\x80\xff", "update: ?[2J?????\n"},
        {"%s%n", "update: %s%n\n"},
    };
    char line[1024];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        (void)logged("update", rows[i][0], line, sizeof(line));
        assert_string_equal(line, rows[i][1]);
    }
}

static void a_long_line_is_cut_and_ended(void **state)
{
    char text[2000], program[100], line[1024];
    size_t size;

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    memset(program, 'p', sizeof(program) - 1);
    program[sizeof(program) - 1] = '\0';
    size = logged(program, text, line, sizeof(line));
    assert_int_equal(size, 48 + 2 + 511 + 1);
    assert_int_equal(line[size - 1], '\n');
    assert_null(memchr(line, '\n', size - 1));
}

static void a_log_that_cannot_be_written_ends_nothing(void **state)
{
    struct log log = {.program = "update", .fd = FD_NONE, .system = false};

    (void)state;
    log_line(&log, "%s", "to nowhere");
    log.fd = 1000000;
    log_line(&log, "%s", "to no descriptor");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_line_for_anything_that_a_stranger_sends),
        cmocka_unit_test(a_long_line_is_cut_and_ended),
        cmocka_unit_test(a_log_that_cannot_be_written_ends_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
