/* SPDX-License-Identifier: Apache-2.0 */
/* The broker, and a compromised server as its client. */
#include "ispupd/broker/broker.h"

#include "base/fd.h"
#include "ispupd/broker_request.h"
#include "ispupd/fdpass.h"
#include "ispupd/server/broker_client.h"
#include "scratch.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { BROKEN = 1, HELD = 7, TOO_LARGE = BROKER_REQUEST_SIZE + 1 };

static struct configuration configuration;

/* What the server does, in a child; returns its exit status. */
typedef int life(int socket);

static void make_script(struct scratch *scratch, const char *name, const char *text)
{
    scratch_write(scratch, name, span_text(text));
    assert_int_equal(chmod(scratch_path(scratch, name), 0755), 0);
}

static void configure(struct scratch *scratch)
{
    scratch_make(scratch);
    make_script(scratch, "update", "#!/bin/sh\nprintf \"$QUERY_STRING\"\n");
    make_script(scratch, "waits", "#!/bin/sh\nread line\n");
    scratch_write(scratch, "secret", span_text("root alone may read this"));
    scratch_write(scratch, "a.txt", span_text("a page"));
    memset(&configuration, 0, sizeof(configuration));
    memcpy(configuration.programs, scratch->folder, strlen(scratch->folder));
    memcpy(configuration.pages, scratch->folder, strlen(scratch->folder));
    memcpy(configuration.certificate, scratch_path(scratch, "none"), 5);
}

static bool run(life *server, int *status, struct error *err)
{
    const struct log log = {"test", FD_NONE, false};
    struct broker_server child;
    sigset_t before;
    int ends[2];
    bool is_done;

    (void)sigprocmask(SIG_SETMASK, NULL, &before);
    assert_true(fdpass_pair(ends, err));
    broker_block_signals();
    child.pid = fork();
    assert_true(child.pid >= 0);
    if (child.pid == 0) {
        (void)close(ends[0]);
        _exit(server(ends[1]));
    }
    (void)close(ends[1]);
    child.socket = ends[0];
    is_done = broker_run(&configuration, &child, &log, status, err);
    (void)close(ends[0]);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return is_done;
}

static void holds(life *server)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct error err = ERROR_EMPTY;
    int status = BROKEN;

    configure(&scratch);
    assert_true(run(server, &status, &err));
    assert_int_equal(status, HELD);
}

static bool is_refused(int socket, struct span record)
{
    CLEANUP(fdpass_close) struct fdpass passed = FDPASS_NONE;
    struct error err = ERROR_EMPTY;
    struct broker_reply reply;
    size_t size;

    return fdpass_send(socket, record, NULL, &err) &&
           fdpass_receive(socket, &reply, sizeof(reply), &size, &passed, &err) &&
           reply.error.kind != ERROR_NONE && passed.fds[0] == FD_NONE;
}

#define RECORD(literal)                                                                            \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

static int ask_what_is_refused(int socket)
{
    static const struct {
        const char *bytes;
        size_t size;
    } rows[] = {
        RECORD("Fnone"),
        RECORD("F../bin/sh"),
        RECORD("Fsecret"), /* may not be executed */
        RECORD("Supdate\0LD_PRELOAD=/x\0"),
        RECORD("Supdate\0REMOTE_USER=admin\0"),
        RECORD("Supdate\0ISPUP_CONFIG=/x\0"),
        RECORD("Supdate\0QUERY_STRING=x"),
        RECORD("Snone\0"),
        RECORD("P../secret"),
        RECORD("P/etc/passwd"),
        RECORD("Pnone"),
        RECORD("P."),
        RECORD("C"),
        RECORD("X"),
        RECORD("\0"),
    };
    static const unsigned char large[TOO_LARGE];

    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (!is_refused(socket, span_of(rows[i].bytes, rows[i].size)))
            return BROKEN;
    return is_refused(socket, span_of(large, sizeof(large))) &&
                   is_refused(socket, span_of("", 0)) && !is_refused(socket, span_text("Fupdate"))
               ? HELD
               : BROKEN;
}

static void a_server_gets_nothing_but_programs_and_pages(void **state)
{
    (void)state;
    holds(ask_what_is_refused);
}

/* The broker accepts no descriptors. */
static int send_descriptors(int socket)
{
    CLEANUP(fdpass_close) struct fdpass passed = FDPASS_NONE;
    struct error err = ERROR_EMPTY;
    struct broker_reply reply;
    char byte;
    int pipe_ends[2];
    size_t size;

    if (pipe(pipe_ends) != 0)
        return BROKEN;
    passed.fds[0] = pipe_ends[1];
    if (!fdpass_send(socket, span_text("Fupdate"), &passed, &err) ||
        !fdpass_receive(socket, &reply, sizeof(reply), &size, NULL, &err) ||
        reply.error.kind != ERROR_NONE)
        return BROKEN;
    fdpass_close(&passed);
    /* End of file at once: no other process holds the write end. */
    return read(pipe_ends[0], &byte, 1) == 0 ? HELD : BROKEN;
}

static void a_server_puts_no_descriptor_into_the_broker(void **state)
{
    (void)state;
    holds(send_descriptors);
}

static int start_too_many(int socket)
{
    static struct program programs[BROKER_PROGRAMS_LIMIT];
    static const struct environment environment;
    CLEANUP(broker_client_close) struct broker_client *broker = NULL;
    struct error err = ERROR_EMPTY;
    struct program one_more;

    if (!broker_client_open(&broker, socket, &err))
        return BROKEN;
    for (size_t i = 0; i < COUNT_OF(programs); i++)
        if (!broker_client_start(broker, "waits", &environment, &programs[i], &err))
            return BROKEN;
    if (broker_client_start(broker, "waits", &environment, &one_more, &err) ||
        err.kind != ERROR_HTTP_BUSY)
        return BROKEN;
    broker_client_leave(&programs[0]);
    while (!broker_client_has_ended(broker, &programs[0]))
        (void)usleep(1000);
    if (broker_client_has_ended(broker, &programs[1]) ||
        !broker_client_start(broker, "waits", &environment, &programs[0], &err))
        return BROKEN;
    return HELD;
}

static void so_many_programs_and_no_more(void **state)
{
    (void)state;
    holds(start_too_many);
}

static int run_one(int socket)
{
    static struct environment environment;
    CLEANUP(broker_client_close) struct broker_client *broker = NULL;
    CLEANUP(page_close) struct page page = PAGE_NONE;
    CLEANUP(broker_client_leave) struct program program = PROGRAM_NONE;
    struct error err = ERROR_EMPTY;
    char said[16];
    size_t got;

    memcpy(environment.text, "QUERY_STRING=abc", environment.used = sizeof("QUERY_STRING=abc"));
    if (!broker_client_open(&broker, socket, &err) || !broker_client_find(broker, "update", &err) ||
        !broker_client_start(broker, "update", &environment, &program, &err))
        return BROKEN;
    while (!broker_client_has_ended(broker, &program))
        (void)usleep(1000);
    if (!fd_read(program.output, said, sizeof(said), &got, &err) ||
        !span_is(span_of(said, got), "abc"))
        return BROKEN;
    return broker_client_page(broker, "a.txt", &page, &err) && page.size == 6 ? HELD : BROKEN;
}

static void a_program_runs_and_a_page_is_opened(void **state)
{
    (void)state;
    holds(run_one);
}

static int die(int socket)
{
    (void)socket;
    return raise(SIGKILL);
}

static void a_server_that_was_ended_is_told(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct error err = ERROR_EMPTY;
    int status;

    (void)state;
    configure(&scratch);
    assert_false(run(die, &status, &err));
    assert_string_equal(err.text, "the process that serves HTTP was ended by signal 9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_runs_and_a_page_is_opened),
        cmocka_unit_test(a_server_gets_nothing_but_programs_and_pages),
        cmocka_unit_test(a_server_puts_no_descriptor_into_the_broker),
        cmocka_unit_test(so_many_programs_and_no_more),
        cmocka_unit_test(a_server_that_was_ended_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
