/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LARGE = 300000 }; /* more than a pipe holds */

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) != -1;
}

static void closing_sets_the_variable_to_none(void **state)
{
    int fd = dup(0), none = FD_NONE, copy = fd;

    (void)state;
    assert_true(fd > 2);
    fd_close(&fd);
    assert_int_equal(fd, FD_NONE);
    assert_false(is_open(copy));
    fd_close(&none);
    assert_int_equal(none, FD_NONE);
    fd = dup(0);
    copy = fd_take(&fd);
    assert_int_equal(fd, FD_NONE);
    assert_true(is_open(copy));
    fd_close(&copy);
}

/* Which of 20 descriptors are still open in a child after the call. */
static unsigned left_open(void (*call)(void))
{
    unsigned open_ones = 0;
    int ends[2], status;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        (void)dup2(ends[1], 50);
        for (int fd = 3; fd < 23; fd++)
            (void)dup2(0, fd);
        call();
        for (int fd = 3; fd < 23; fd++)
            open_ones |= (unsigned)is_open(fd) << fd;
        _exit(write(50, &open_ones, sizeof(open_ones)) != (ssize_t)sizeof(open_ones));
    }
    (void)close(ends[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(read(ends[0], &open_ones, sizeof(open_ones)), sizeof(open_ones));
    (void)close(ends[0]);
    return open_ones;
}

static void close_five_to_eight(void)
{
    fd_close_between(5, 8);
    fd_close_between(10, 9);
}

static void close_all_but_some(void)
{
    fd_close_all_but((const int[]){50, 7, FD_NONE, 1, 4, 7, 5}, 7);
}

static void only_what_was_meant_is_closed(void **state)
{
    const unsigned all = (1U << 23) - (1U << 3);

    (void)state;
    assert_int_equal(left_open(close_five_to_eight), all & ~(15U << 5));
    assert_int_equal(left_open(close_all_but_some), 1U << 4 | 1U << 5 | 1U << 7);
}

static void *write_in_pieces(void *context)
{
    const int *fd = context;
    static const char text[] = "onetwothree";

    for (size_t at = 0; at < 11; at += at < 6 ? 3 : 5) {
        (void)!write(*fd, text + at, at < 6 ? 3 : 5);
        (void)usleep(1000);
    }
    (void)close(*fd);
    return NULL;
}

/* In a child that closed these of the descriptors 0 to 2: 0 if all three are open afterwards,
 * and nothing else. */
static int filled(unsigned closed)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        fd_close_between(3, 50);
        for (int fd = 0; fd <= 2; fd++)
            if ((closed >> fd & 1) != 0)
                (void)close(fd);
        fd_fill_standard();
        if (!is_open(0) || !is_open(1) || !is_open(2) || is_open(3))
            _exit(1);
        /* A closed output has no reader, so writing to it must fail. */
        if ((closed & 1U << STDOUT_FILENO) != 0 && write(STDOUT_FILENO, "", 1) == 1)
            _exit(2);
        _exit((closed & 1U << STDERR_FILENO) != 0 && write(STDERR_FILENO, "", 1) != 1 ? 3 : 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void standard_descriptors_are_filled_whichever_is_closed(void **state)
{
    (void)state;
    for (unsigned closed = 0; closed < 8; closed++)
        assert_int_equal(filled(closed), 0);
}

static void a_read_waits_for_all_or_the_end(void **state)
{
    struct error err = ERROR_EMPTY;
    char text[16] = "";
    pthread_t thread;
    size_t got;
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pthread_create(&thread, NULL, write_in_pieces, &ends[1]), 0);
    assert_true(fd_read(ends[0], text, 7, &got, &err));
    assert_int_equal(got, 7);
    assert_memory_equal(text, "onetwot", 7);
    assert_true(fd_read(ends[0], text, sizeof(text), &got, &err));
    assert_int_equal(got, 4);
    assert_memory_equal(text, "hree", 4);
    assert_true(fd_read_some(ends[0], text, sizeof(text), &got, &err));
    assert_int_equal(got, 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    (void)close(ends[0]);
}

static void a_read_of_some_takes_what_is_there(void **state)
{
    struct error err = ERROR_EMPTY;
    char text[16];
    size_t got;
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_true(fd_write(ends[1], span_text("abc"), &err));
    assert_true(fd_read_some(ends[0], text, sizeof(text), &got, &err));
    assert_int_equal(got, 3);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void *read_slowly(void *context)
{
    static unsigned char data[LARGE];
    const int *fd = context;
    size_t size = 0;
    ssize_t count;

    while ((count = read(*fd, data + size, LARGE - size < 7777 ? LARGE - size : 7777)) > 0)
        size += (size_t)count;
    return size == LARGE ? data : NULL;
}

static void a_write_goes_on_until_all_is_written(void **state)
{
    static unsigned char data[LARGE];
    struct error err = ERROR_EMPTY;
    void *read_data = NULL;
    pthread_t thread;
    int ends[2];

    (void)state;
    for (size_t i = 0; i < LARGE; i++)
        data[i] = (unsigned char)(i * 31 + i / 253);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pthread_create(&thread, NULL, read_slowly, &ends[0]), 0);
    assert_true(fd_write(ends[1], span_of(data, LARGE), &err));
    (void)close(ends[1]);
    assert_int_equal(pthread_join(thread, &read_data), 0);
    assert_non_null(read_data);
    assert_memory_equal(read_data, data, LARGE);
    (void)close(ends[0]);
}

static void a_reader_that_has_gone_is_an_error(void **state)
{
    struct error err = ERROR_EMPTY;
    int ends[2];

    (void)state;
    assert_true(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    assert_int_equal(pipe(ends), 0);
    (void)close(ends[0]);
    assert_false(fd_write(ends[1], span_text("x"), &err));
    assert_int_equal(errno, EPIPE);
    assert_string_equal(err.text, "writing: Broken pipe");
    assert_true(fd_write(ends[1], SPAN_EMPTY, &err));
    (void)close(ends[1]);
}

/* The kernel writes only a part of each: the rest must not be lost without an error. */
static void a_write_that_is_cut_short_is_no_success(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    CLEANUP(fd_close) int fd = FD_NONE;
    struct rlimit before, four = {.rlim_cur = 4};
    struct error err = ERROR_EMPTY;

    (void)state;
    scratch_make(&scratch);
    scratch_write(&scratch, "file", SPAN_EMPTY);
    fd = open(scratch_path(&scratch, "file"), O_WRONLY | O_CLOEXEC);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    four.rlim_max = before.rlim_max;
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &four), 0);
    assert_false(fd_write(fd, span_text("abcdef"), &err));
    assert_int_equal(lseek(fd, 0, SEEK_CUR), 4);
    assert_false(fd_write_at(fd, 0, span_text("ABCDEF"), &err));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_string_equal(err.text, "writing: File too large");
    assert_true(scratch_holds(&scratch, "file", span_text("ABCD")));
}

static void positions_are_the_callers(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    CLEANUP(fd_close) int fd = FD_NONE;
    struct error err = ERROR_EMPTY;
    char text[8] = "";
    size_t got;

    (void)state;
    scratch_make(&scratch);
    scratch_write(&scratch, "file", span_text("abcdefgh"));
    fd = open(scratch_path(&scratch, "file"), O_RDWR | O_CLOEXEC);
    assert_true(fd_read_at(fd, 3, text, 3, &got, &err));
    assert_int_equal(got, 3);
    assert_memory_equal(text, "def", 3);
    assert_true(fd_read_at(fd, 6, text, 8, &got, &err));
    assert_int_equal(got, 2);
    assert_true(fd_read_at(fd, 9, text, 8, &got, &err));
    assert_int_equal(got, 0);
    assert_true(fd_write_at(fd, 6, span_text("XYZ"), &err));
    assert_int_equal(lseek(fd, 0, SEEK_CUR), 0);
    assert_true(scratch_holds(&scratch, "file", span_text("abcdefXYZ")));
    /* Past 4 GiB: no position is an int. */
    assert_true(fd_write_at(fd, UINT64_C(5) << 30, span_text("far"), &err));
    assert_true(fd_read_at(fd, UINT64_C(5) << 30, text, 8, &got, &err));
    assert_int_equal(got, 3);
    assert_memory_equal(text, "far", 3);
}

static void what_fails_says_so_and_writes_no_size(void **state)
{
    struct error err = ERROR_EMPTY;
    char text[8];
    size_t got = 77;

    (void)state;
    assert_false(fd_read(FD_NONE, text, 8, &got, &err));
    assert_string_equal(err.text, "reading: Bad file descriptor");
    assert_false(fd_read_some(FD_NONE, text, 8, &got, &err));
    assert_false(fd_read_at(FD_NONE, 0, text, 8, &got, &err));
    assert_int_equal(got, 77);
    assert_false(fd_write(FD_NONE, span_text("x"), &err));
    assert_string_equal(err.text, "writing: Bad file descriptor");
    assert_false(fd_write_at(FD_NONE, 0, span_text("x"), &err));
}

static void a_commit_that_could_not_sync_says_so_and_closes(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct error err = ERROR_EMPTY;
    int fd, ends[2], copy;

    (void)state;
    scratch_make(&scratch);
    scratch_write(&scratch, "file", span_text("x"));
    fd = open(scratch_path(&scratch, "file"), O_RDWR | O_CLOEXEC);
    assert_true(fd_commit(&fd, &err));
    assert_int_equal(fd, FD_NONE);
    assert_int_equal(pipe(ends), 0);
    copy = ends[1];
    assert_false(fd_commit(&ends[1], &err)); /* a pipe has no such call */
    assert_string_equal(err.text, "syncing: Invalid argument");
    assert_int_equal(ends[1], FD_NONE);
    assert_false(is_open(copy));
    assert_false(fd_commit(&ends[1], &err));
    (void)close(ends[0]);
}

static void waiting_ends_with_bytes_an_end_or_the_time(void **state)
{
    struct error err = ERROR_EMPTY;
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_false(fd_wait(ends[0], 0));
    assert_false(fd_wait_hangup(ends[1], 0));
    assert_true(fd_write(ends[1], span_text("x"), &err));
    assert_true(fd_wait(ends[0], -1));
    assert_false(fd_wait_hangup(ends[1], 0)); /* bytes to read are no hangup */
    (void)close(ends[1]);
    assert_true(fd_wait(ends[0], -1));
    (void)close(ends[0]);
    assert_int_equal(pipe(ends), 0);
    (void)close(ends[0]);
    assert_true(fd_wait_hangup(ends[1], -1));
    (void)close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closing_sets_the_variable_to_none),
        cmocka_unit_test(only_what_was_meant_is_closed),
        cmocka_unit_test(standard_descriptors_are_filled_whichever_is_closed),
        cmocka_unit_test(a_read_waits_for_all_or_the_end),
        cmocka_unit_test(a_read_of_some_takes_what_is_there),
        cmocka_unit_test(a_write_goes_on_until_all_is_written),
        cmocka_unit_test(a_reader_that_has_gone_is_an_error),
        cmocka_unit_test(a_write_that_is_cut_short_is_no_success),
        cmocka_unit_test(positions_are_the_callers),
        cmocka_unit_test(what_fails_says_so_and_writes_no_size),
        cmocka_unit_test(a_commit_that_could_not_sync_says_so_and_closes),
        cmocka_unit_test(waiting_ends_with_bytes_an_end_or_the_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
