/* SPDX-License-Identifier: Apache-2.0 */
#include "update/frame.h"

#include "base/clock.h"
#include "base/fd.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct pair {
    struct frame_pipe read;
    int write;
};

static struct pair open_pair(void)
{
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    return (struct pair){frame_pipe_of(ends[0], 0), ends[1]};
}

static void close_pair(struct pair *pair)
{
    fd_close(&pair->read.fd);
    fd_close(&pair->write);
}

static void what_is_sent_is_received(void **state)
{
    CLEANUP(close_pair) struct pair pair = open_pair();
    struct error err = ERROR_EMPTY;
    struct frame frame;
    char bytes[4];

    (void)state;
    assert_true(frame_send(pair.write, FRAME_DATA, span_text("abcd"), &err));
    assert_true(frame_send(pair.write, FRAME_END, SPAN_EMPTY, &err));
    assert_true(frame_receive(&pair.read, &frame, &err));
    assert_int_equal(frame.kind, FRAME_DATA);
    assert_int_equal(frame.size, 4);
    assert_true(frame_take(&pair.read, bytes, 4, &err));
    assert_memory_equal(bytes, "abcd", 4);
    assert_true(frame_receive(&pair.read, &frame, &err));
    assert_int_equal(frame.kind, FRAME_END);
}

static void failure_arrives_with_its_text(void **state)
{
    CLEANUP(close_pair) struct pair pair = open_pair();
    struct error sent = ERROR_EMPTY;
    struct error err = ERROR_EMPTY;
    struct frame frame;

    (void)state;
    (void)error_set(&sent, ERROR_IMAGE, "gzip: \x01%s", "wrong CRC");
    assert_true(frame_send_failure(pair.write, &sent, &err));
    assert_false(frame_receive(&pair.read, &frame, &err));
    assert_int_equal(err.kind, ERROR_IMAGE);
    assert_string_equal(err.text, "gzip: ?wrong CRC");
}

/* A worker that a hostile image has compromised can send anything. */
static void malformed_head_is_refused(void **state)
{
    static const struct {
        unsigned char head[9];
        size_t size;
    } rows[] = {
        {{0, 0, 0, 0, 0, 0, 0, 0}, 8},                         /* no such kind */
        {{8, 0, 0, 0, 0, 0, 0, 0}, 8},                         /* no such kind */
        {{255, 0, 0, 0, 0, 0, 0, 0}, 8},                       /* no such kind */
        {{FRAME_END, 1, 0, 0, 0, 0, 0, 0}, 8},                 /* not zero */
        {{FRAME_END, 0, 0, 0, 1, 0, 0, 0}, 8},                 /* an end with bytes */
        {{FRAME_DATA, 0, 0, 0, 0, 0, 0, 0}, 8},                /* data without any */
        {{FRAME_COMPONENT, 0, 0, 0, 0, 0, 0, 0}, 8},           /* no component's number */
        {{FRAME_COMPONENT, 0, 0, 0, 2, 0, 0, 0, 0}, 9},        /* two */
        {{FRAME_DESCRIPTION, 0, 0, 0, 0, 0, 0, 0}, 8},         /* no description */
        {{FRAME_DATA, 0, 0, 0, 1, 0, 16, 0}, 8},               /* a byte too much */
        {{FRAME_NAME, 0, 0, 0, 1, 4, 0, 0}, 8},                /* a name too long */
        {{FRAME_FAILED, 0, 0, 0, 1, 0, 0, 0, ERROR_IMAGE}, 9}, /* a failure without a text */
        {{FRAME_DATA, 0, 0, 0, 255, 255, 255, 255}, 8},
        {{FRAME_END, 0, 0, 0, 0, 0, 0, 0}, 7}, /* cut */
        {{0}, 0},                              /* nothing at all */
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        CLEANUP(close_pair) struct pair pair = open_pair();
        struct error err = ERROR_EMPTY;
        struct frame frame;

        assert_true(fd_write(pair.write, span_of(rows[i].head, rows[i].size), &err));
        fd_close(&pair.write);
        assert_false(frame_receive(&pair.read, &frame, &err));
        assert_int_equal(err.kind, ERROR_INTERNAL);
    }
}

/* Only errors that a worker can know: it may not report "busy", "not authorized" or "done". */
static void failure_of_another_kind_is_internal(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 256; kind++) {
        CLEANUP(close_pair) struct pair pair = open_pair();
        unsigned char bytes[] = {FRAME_FAILED, 0, 0, 0, 2, 0, 0, 0, (unsigned char)kind, 'x'};
        struct error err = ERROR_EMPTY;
        struct frame frame;

        assert_true(fd_write(pair.write, span_of(bytes, sizeof(bytes)), &err));
        assert_false(frame_receive(&pair.read, &frame, &err));
        if (kind != ERROR_UPLOAD && kind != ERROR_IMAGE)
            assert_int_equal(err.kind, ERROR_INTERNAL);
        else
            assert_int_equal(err.kind, kind);
    }
}

static void bytes_that_do_not_come_are_an_error(void **state)
{
    CLEANUP(close_pair) struct pair pair = open_pair();
    struct error err = ERROR_EMPTY;
    char bytes[8];

    (void)state;
    assert_true(fd_write(pair.write, span_text("abc"), &err));
    fd_close(&pair.write);
    assert_false(frame_take(&pair.read, bytes, sizeof(bytes), &err));
    assert_int_equal(err.kind, ERROR_INTERNAL);
}

/* Writes a byte now and then, for ever. */
static pid_t start_dribbling(struct pair *pair)
{
    pid_t child = fork();

    assert_true(child >= 0);
    if (child > 0)
        return child;
    while (write(pair->write, "x", 1) == 1)
        clock_sleep(2);
    _exit(0);
}

static void a_worker_that_says_nothing_is_not_waited_for_for_ever(void **state)
{
    CLEANUP(close_pair) struct pair pair = open_pair();
    struct error err = ERROR_EMPTY;
    struct frame frame;

    (void)state;
    pair.read.silence = 10;
    pair.read.left = 1000000;
    assert_false(frame_receive(&pair.read, &frame, &err));
    assert_int_equal(err.kind, ERROR_UPLOAD);
    assert_string_equal(err.text, "upload: no data from the worker for 0 seconds");
    assert_true(fd_write(pair.write, span_text("\5\0\0"), &err));
    assert_false(frame_receive(&pair.read, &frame, &err));
    assert_string_equal(err.text, "upload: no data from the worker for 0 seconds");
}

/* Each byte arrives in time, but the whole never would. */
static void a_worker_that_dribbles_is_not_waited_for_for_ever(void **state)
{
    static unsigned char bytes[FRAME_DATA_LIMIT];
    CLEANUP(close_pair) struct pair pair = open_pair();
    struct error err = ERROR_EMPTY;
    pid_t child;

    (void)state;
    pair.read.silence = 1000000;
    pair.read.left = 500; /* far longer than a busy machine delays a byte */
    child = start_dribbling(&pair);
    assert_false(frame_take(&pair.read, bytes, sizeof(bytes), &err));
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(err.kind, ERROR_UPLOAD);
    assert_string_equal(err.text, "upload: slower than 1024 bytes a second");
}

static void the_patience_follows_the_size_of_the_upload(void **state)
{
    (void)state;
    assert_int_equal(frame_pipe_of(FD_NONE, 0).left, 300000);
    assert_int_equal(frame_pipe_of(FD_NONE, 1024 * 1024).left, 300000 + 1024000);
    assert_int_equal(frame_pipe_of(FD_NONE, 1024 * 1024).silence, 300000);
    assert_true(frame_pipe_of(FD_NONE, INT64_MAX).left > INT64_MAX / 2048 * 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sent_is_received),
        cmocka_unit_test(failure_arrives_with_its_text),
        cmocka_unit_test(malformed_head_is_refused),
        cmocka_unit_test(failure_of_another_kind_is_internal),
        cmocka_unit_test(bytes_that_do_not_come_are_an_error),
        cmocka_unit_test(a_worker_that_says_nothing_is_not_waited_for_for_ever),
        cmocka_unit_test(a_worker_that_dribbles_is_not_waited_for_for_ever),
        cmocka_unit_test(the_patience_follows_the_size_of_the_upload),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
