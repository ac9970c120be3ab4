/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CALLERS = 4 };

/* A port of 127.0.0.1 with nobody who accepts. With `is_full` its queue has no room, so that a
 * caller gets no answer; else it is closed, so that a caller is refused. */
static int begin_deaf(bool is_full, char origin[64], int callers[CALLERS])
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    (void)snprintf(origin, 64, "http://127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
    if (is_full)
        assert_int_equal(listen(listener, 0), 0);
    for (size_t i = 0; i < CALLERS; i++) {
        callers[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (is_full)
            (void)!connect(callers[i], (struct sockaddr *)&address, size);
    }
    return listener;
}

static bool is_refused(bool is_full)
{
    struct http_reply *reply = malloc(sizeof(*reply));
    struct error err = ERROR_EMPTY;
    int callers[CALLERS], listener;
    char origin[64];
    struct http_peer peer = {.origin = origin};
    bool refused;

    assert_non_null(reply);
    listener = begin_deaf(is_full, origin, callers);
    assert_true(http_begin(&err));
    assert_false(http_get(&peer, "/", NULL, 1, reply, &err));
    refused = reply->is_refused;
    assert_int_equal(reply->status, 0);
    assert_string_equal(reply->address, "");
    http_end();
    for (size_t i = 0; i < CALLERS; i++)
        (void)close(callers[i]);
    (void)close(listener);
    free(reply);
    return refused;
}

/* A camera that restarts refuses; one that hangs is silent. */
static void only_a_refused_connection_is_one_without_a_server(void **state)
{
    (void)state;
    assert_true(is_refused(false));
    assert_false(is_refused(true));
}

enum { BODY_SIZE = 20000, SLOW = 64 /* bytes a second: it would take minutes */ };

/* Reads the whole request, then answers. Never returns. */
static void serve_one(int listener)
{
    static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    char bytes[4096];
    ssize_t got = 1;
    size_t body = 0;
    int fd = accept(listener, NULL, NULL);

    while (got > 0 && body < BODY_SIZE) {
        got = read(fd, bytes, sizeof(bytes));
        for (ssize_t i = 0; i < got; i++)
            body += bytes[i] == '\x01'; /* no head has it */
    }
    _exit(write(fd, reply, sizeof(reply) - 1) == (ssize_t)sizeof(reply) - 1 ? 0 : 1);
}

struct upload {
    struct http_upload upload; /* first: its address is this struct's */
    size_t left;
};

static bool give_body(struct http_upload *self, void *data, size_t capacity, size_t *got)
{
    struct upload *upload = (struct upload *)self;

    *got = capacity < upload->left ? capacity : upload->left;
    memset(data, 1, *got);
    upload->left -= *got;
    return true;
}

/* The limit ends when the first bytes have left. */
static bool lift_limit(struct http_upload *self, uint64_t sent)
{
    if (sent > 0)
        self->rate = 0;
    return true;
}

static void a_rate_can_change_while_the_upload_runs(void **state)
{
    static struct http_reply reply; /* static: the forked server would leak it in valgrind's eyes */
    struct upload upload = {.upload = {.read = give_body,
                                       .turn = lift_limit,
                                       .target = "/",
                                       .content_type = "x/y",
                                       .size = BODY_SIZE,
                                       .rate = SLOW},
                            .left = BODY_SIZE};
    struct error err = ERROR_EMPTY;
    int callers[CALLERS], listener, status;
    char origin[64];
    struct http_peer peer = {.origin = origin};
    pid_t server;

    (void)state;
    listener = begin_deaf(false, origin, callers);
    assert_int_equal(listen(listener, 1), 0);
    server = fork();
    if (server == 0)
        serve_one(listener);
    assert_true(http_begin(&err));
    assert_true(http_post(&peer, &upload.upload, &reply, &err));
    assert_int_equal(reply.status, 200);
    http_end();
    assert_int_equal(waitpid(server, &status, 0), server);
    assert_int_equal(status, 0);
    for (size_t i = 0; i < CALLERS; i++)
        (void)close(callers[i]);
    (void)close(listener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_refused_connection_is_one_without_a_server),
        cmocka_unit_test(a_rate_can_change_while_the_upload_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
