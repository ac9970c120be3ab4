/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/simulate/link.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/process.h"
#include "ispup/simulate/process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

/* A slow link has small buffers, so that the sender notices the speed. */
enum { PIECE_SIZE = 64 * 1024, SLOW_WINDOW = 8 * 1024, PIECES_A_SECOND = 10 };

/* Valid HTTP, but no camera's answer: escape sequences for a terminal, bytes that are not text, and
 * an OK that does not count. */
static const char garbage[] = "HTTP/1.0 200 OK\r\n"
                              "Content-type: text/plain\r\n"
                              "Content-Length: 24\r\n"
                              "\r\n"
                              "\x1b]0;x\x07\x1b[2J\0\xff\xfe<p>\r\nOK\nOK\n";

/* One direction of a connection. */
struct lane {
    int from, to;        /* borrowed; `to` FD_NONE: the receiver has gone, bytes are dropped */
    bool is_mute;        /* bytes are dropped, and at the end this is sent: */
    struct span instead; /* borrowed */
    bool has_ended;      /* its sender has closed */
    uint64_t passed;     /* bytes */
};

struct connection {
    const struct simulate_faults *faults; /* borrowed */
    int host, camera;                     /* owned */
    struct lane up, down;                 /* from the host, from the camera */
};

static size_t piece_limit(const struct connection *connection, const struct lane *lane)
{
    const struct simulate_faults *faults = connection->faults;
    uint64_t limit = PIECE_SIZE;

    if (faults->has[FAULT_SLOW] && faults->value[FAULT_SLOW] / PIECES_A_SECOND < limit)
        limit = faults->value[FAULT_SLOW] / PIECES_A_SECOND;
    if (limit == 0)
        limit = 1;
    if (lane == &connection->up && faults->has[FAULT_DROP] &&
        faults->value[FAULT_DROP] - lane->passed < limit)
        limit = faults->value[FAULT_DROP] - lane->passed;
    return (size_t)limit;
}

static bool is_dropped(const struct connection *connection)
{
    return connection->faults->has[FAULT_DROP] &&
           connection->up.passed >= connection->faults->value[FAULT_DROP];
}

/* Resets the host's connection; the camera still gets all bytes that were passed on. */
static void drop(struct connection *connection)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    (void)setsockopt(connection->host, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    fd_close(&connection->host);
    fd_close(&connection->camera);
}

static void pass(struct lane *lane, struct span bytes)
{
    struct error ignored = ERROR_EMPTY;

    if (lane->to != FD_NONE && !fd_write(lane->to, bytes, &ignored))
        lane->to = FD_NONE;
}

static void end_lane(struct lane *lane)
{
    lane->has_ended = true;
    pass(lane, lane->instead);
    if (lane->to != FD_NONE)
        (void)shutdown(lane->to, SHUT_WR);
}

static void move(struct connection *connection, struct lane *lane)
{
    unsigned char piece[PIECE_SIZE];
    ssize_t got = read(lane->from, piece, piece_limit(connection, lane));

    if (got < 0 && errno == EINTR)
        return;
    if (got <= 0) {
        end_lane(lane);
        return;
    }
    if (!lane->is_mute)
        pass(lane, span_of(piece, (size_t)got));
    lane->passed += (uint64_t)got;
    if (connection->faults->has[FAULT_SLOW])
        clock_sleep((uint64_t)got * 1000 / connection->faults->value[FAULT_SLOW]);
}

static void wait_for_bytes(struct connection *connection, struct pollfd places[2])
{
    places[0] = (struct pollfd){.fd = connection->up.has_ended ? FD_NONE : connection->host,
                                .events = POLLIN};
    places[1] = (struct pollfd){.fd = connection->down.has_ended ? FD_NONE : connection->camera,
                                .events = POLLIN};
    (void)poll(places, 2, -1);
}

static void relay(struct connection *connection)
{
    struct pollfd places[2];

    while (!connection->up.has_ended || !connection->down.has_ended) {
        if (is_dropped(connection)) {
            drop(connection);
            return;
        }
        wait_for_bytes(connection, places);
        if (places[0].revents != 0)
            move(connection, &connection->up);
        if (places[1].revents != 0)
            move(connection, &connection->down);
    }
}

/* Whether the request is a POST. Peeks: the bytes stay in the socket. */
static bool is_upload(int host)
{
    char begin[5];
    ssize_t got = recv(host, begin, sizeof(begin), MSG_PEEK | MSG_WAITALL);

    return got > 0 && span_is(span_of(begin, (size_t)got), "POST ");
}

/* The camera makes the update, but its reply does not reach the host. */
static void lose_reply(struct connection *connection)
{
    const struct simulate_faults *faults = connection->faults;

    if ((!faults->has[FAULT_REPLY_LOST] && !faults->has[FAULT_GARBAGE]) ||
        !is_upload(connection->host))
        return;
    connection->down.is_mute = true;
    if (faults->has[FAULT_GARBAGE])
        connection->down.instead = span_of(garbage, sizeof(garbage) - 1);
}

/* Serves one connection; the process ends with it. */
static void serve(int host, const struct simulate_port *inner, const struct simulate_faults *faults)
{
    struct connection connection = {.faults = faults, .host = host, .camera = FD_NONE};

    if (!simulate_port_connect(inner, &connection.camera)) {
        drop(&connection);
        return;
    }
    connection.up = (struct lane){.from = host, .to = connection.camera};
    connection.down = (struct lane){.from = connection.camera, .to = host};
    lose_reply(&connection);
    relay(&connection);
}

static void serve_all(int listening, const struct simulate_port *inner,
                      const struct simulate_faults *faults)
{
    for (;;) {
        CLEANUP(fd_close) int host = accept(listening, NULL, NULL);

        if (host == FD_NONE)
            clock_sleep(1);
        else if (process_fork_bound(SIGKILL) == 0) {
            serve(host, inner, faults);
            _exit(0);
        }
    }
}

bool simulate_link_start(const struct simulate_port *outer, const struct simulate_port *inner,
                         const struct simulate_faults *faults, pid_t *link, struct error *err)
{
    const int window = SLOW_WINDOW;
    CLEANUP(fd_close) int listening = FD_NONE;

    if (!simulate_port_listen(outer, &listening, err))
        return false;
    if (faults->has[FAULT_SLOW])
        (void)setsockopt(listening, SOL_SOCKET, SO_RCVBUF, &window, sizeof(window));
    *link = process_fork_bound(SIGKILL);
    if (*link < 0)
        return process_fork_failed(err);
    if (*link == 0) {
        (void)signal(SIGPIPE, SIG_IGN);
        (void)signal(SIGCHLD, SIG_IGN);
        serve_all(listening, inner, faults);
    }
    return true;
}
