/* SPDX-License-Identifier: Apache-2.0 */
#include "update/body.h"

#include "base/fd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <fcntl.h>

enum { LONG = 1000, NOW = 0 /* seconds */ };

struct pair {
    int read, write;
};

static void close_pair(struct pair *pair)
{
    fd_close(&pair->read);
    fd_close(&pair->write);
}

/* A host that has sent these bytes so far. */
static struct pair sent(const char *text)
{
    struct error err = ERROR_EMPTY;
    int ends[2];

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_true(fd_write(ends[1], span_text(text), &err));
    return (struct pair){ends[0], ends[1]};
}

static void expect_next(struct body *body, const char *text)
{
    struct error err = ERROR_EMPTY;
    struct span bytes;

    assert_true(source_next(&body->source, &bytes, &err));
    assert_true(span_is(bytes, text));
}

static void expect_failure(struct body *body, const char *text)
{
    struct error err = ERROR_EMPTY;
    struct span bytes;

    assert_false(source_next(&body->source, &bytes, &err));
    assert_int_equal(err.kind, ERROR_UPLOAD);
    assert_string_equal(err.text, text);
}

/* Whether exactly these bytes are still unread. */
static void expect_unread(struct pair *pair, const char *text)
{
    struct error err = ERROR_EMPTY;
    char found[64];
    size_t got = 0;

    fd_close(&pair->write);
    assert_true(fd_read(pair->read, found, sizeof(found), &got, &err));
    assert_true(span_is(span_of(found, got), text));
}

static void is_as_long_as_its_length_says(void **state)
{
    CLEANUP(close_pair) struct pair pair = sent("bodybehind");
    CLEANUP(body_close) struct body body = {0};
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(body_open(&body, pair.read, 4, NOW, &err));
    expect_next(&body, "body");
    expect_next(&body, "");
    expect_next(&body, "");
    expect_unread(&pair, "behind");
}

static void an_end_before_that_is_told(void **state)
{
    CLEANUP(close_pair) struct pair pair = sent("bod");
    CLEANUP(body_close) struct body body = {0};
    struct error err = ERROR_EMPTY;

    (void)state;
    fd_close(&pair.write);
    assert_true(body_open(&body, pair.read, 4, NOW, &err));
    expect_next(&body, "bod");
    expect_failure(&body, "upload: ended after 3 of 4 bytes");
    body_drain(&body, LONG);
}

/* With a drain, a silent host would get its reply only after another timeout. */
static void a_host_that_stalled_is_not_waited_for_again(void **state)
{
    CLEANUP(close_pair) struct pair pair = sent("bo");
    CLEANUP(body_close) struct body body = {0};
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(body_open(&body, pair.read, 4, NOW, &err));
    expect_next(&body, "bo");
    expect_failure(&body, "upload: no byte came for 0 seconds");
    assert_true(fd_write(pair.write, span_text("dy"), &err));
    body_drain(&body, LONG);
    expect_unread(&pair, "dy");
}

static void what_is_left_is_drained_and_no_more(void **state)
{
    CLEANUP(close_pair) struct pair pair = sent("bodybehind");
    CLEANUP(body_close) struct body body = {0};
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(body_open(&body, pair.read, 4, NOW, &err));
    body_drain(&body, LONG);
    body_drain(&body, LONG);
    expect_unread(&pair, "behind");
}

static void a_body_of_unknown_length_is_drained_to_its_end(void **state)
{
    CLEANUP(close_pair) struct pair pair = sent("a body of any length");

    (void)state;
    fd_close(&pair.write);
    body_drop(pair.read, BODY_LENGTH_UNKNOWN, LONG);
    expect_unread(&pair, "");
}

static void without_a_body_nothing_is_waited_for(void **state)
{
    CLEANUP(close_pair) struct pair pair = sent("next");

    (void)state;
    body_drop(pair.read, 0, LONG);
    expect_unread(&pair, "next");
}

static void without_time_nothing_is_read(void **state)
{
    CLEANUP(close_pair) struct pair pair = sent("body");

    (void)state;
    body_drop(pair.read, 4, NOW);
    expect_unread(&pair, "body");
}

/* Without the limit it would never return. */
static void a_host_that_sends_without_end_is_left(void **state)
{
    CLEANUP(fd_close) int endless = open("/dev/zero", O_RDONLY | O_CLOEXEC);

    (void)state;
    assert_int_not_equal(endless, FD_NONE);
    body_drop(endless, BODY_LENGTH_UNKNOWN, 1);
}

/* Without the limit it would never return. */
static void a_host_that_sends_nothing_more_is_left(void **state)
{
    CLEANUP(close_pair) struct pair pair = sent("");

    (void)state;
    body_drop(pair.read, 4, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_as_long_as_its_length_says),
        cmocka_unit_test(an_end_before_that_is_told),
        cmocka_unit_test(a_host_that_stalled_is_not_waited_for_again),
        cmocka_unit_test(what_is_left_is_drained_and_no_more),
        cmocka_unit_test(a_body_of_unknown_length_is_drained_to_its_end),
        cmocka_unit_test(without_a_body_nothing_is_waited_for),
        cmocka_unit_test(without_time_nothing_is_read),
        cmocka_unit_test(a_host_that_sends_without_end_is_left),
        cmocka_unit_test(a_host_that_sends_nothing_more_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
