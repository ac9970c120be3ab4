/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/server/relay.h"

#include "ispupd/server/pace.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/memory.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum {
    BUFFER_SIZE = 128 * 1024,
    UNCOPIED_SIZE = 1024 * 1024,
    TICK_MILLISECONDS = 1000,
};

enum { CLIENT, INPUT, OUTPUT, WAITED_COUNT };

struct relay {
    struct broker_client *broker;
    const struct client_socket *client;
    struct program *program;
    struct output *output;
    unsigned char *buffer; /* NULL without a body */
    struct span held;      /* received, but not yet written to the program */
    uint64_t left;
    bool has_output;     /* the program may print more */
    bool splices;        /* splice moves the bytes; `held` stays empty */
    bool waits_for_room; /* the pipe was full at the last splice */
    enum relay_body body;
    struct pace pace;
};

static void stop_reading(struct relay *relay, enum relay_body why)
{
    relay->left = 0;
    relay->body = why;
}

/* The program will not read the rest of the body. */
static void begin_drop(struct relay *relay)
{
    fd_close(&relay->program->input);
    relay->held = SPAN_EMPTY;
    relay->waits_for_room = false;
}

static bool is_dropping(const struct relay *relay)
{
    return relay->program->input == FD_NONE;
}

static void hand_on(struct relay *relay)
{
    ssize_t count = write(relay->program->input, relay->held.data, relay->held.size);

    if (count > 0)
        relay->held = span_from(relay->held, (size_t)count);
    else if (errno != EAGAIN && errno != EINTR)
        begin_drop(relay);
}

static size_t next_size(const struct relay *relay)
{
    size_t most = is_dropping(relay) || relay->splices ? UNCOPIED_SIZE : BUFFER_SIZE;

    return relay->left < most ? (size_t)relay->left : most;
}

static void receive(struct relay *relay)
{
    void *to = is_dropping(relay) ? NULL : relay->buffer;
    size_t got = 0;

    switch (client_socket_receive(relay->client, to, next_size(relay), &got)) {
    case CLIENT_SOCKET_BYTES:
        relay->left -= got;
        pace_add(&relay->pace, 0, got);
        if (to != NULL)
            relay->held = span_of(to, got);
        break;
    case CLIENT_SOCKET_END:
        stop_reading(relay, RELAY_BODY_SHORT);
        break;
    case CLIENT_SOCKET_NOTHING_YET:
        break;
    }
}

/* If splice moves nothing, the pipe is full. If it moves nothing into a pipe with room (urgent data
 * stops it), or fails, the bytes are copied from now on: receive() and hand_on() find the cause. */
static void splice_on(struct relay *relay)
{
    size_t got = 0;
    enum client_socket_received result =
        client_socket_splice(relay->client, relay->program->input, next_size(relay), &got);

    relay->waits_for_room = result == CLIENT_SOCKET_NOTHING_YET && !relay->waits_for_room;
    relay->splices = result == CLIENT_SOCKET_BYTES || relay->waits_for_room;
    relay->left -= got;
    pace_add(&relay->pace, 0, got);
}

static void set_waited(const struct relay *relay, struct pollfd waited[WAITED_COUNT])
{
    bool has_held = relay->held.size > 0 || relay->waits_for_room;
    bool has_more = relay->left > 0;

    waited[CLIENT] =
        (struct pollfd){!has_held && has_more ? relay->client->fd : FD_NONE, POLLIN, 0};
    waited[INPUT] = (struct pollfd){has_held ? relay->program->input : FD_NONE, POLLOUT, 0};
    waited[OUTPUT] =
        (struct pollfd){relay->has_output ? relay->program->output : FD_NONE, POLLIN, 0};
}

/* Waits for one of the three descriptors, at most a second. If the client is one of them, the time
 * counts as waiting for the client. */
static void wait_for_any(struct relay *relay, struct pollfd waited[WAITED_COUNT])
{
    uint64_t before = clock_milliseconds();
    bool holds_bytes;

    set_waited(relay, waited);
    holds_bytes = waited[CLIENT].fd != FD_NONE && client_socket_holds_bytes(relay->client);
    if (poll(waited, WAITED_COUNT, holds_bytes ? 0 : TICK_MILLISECONDS) < 0)
        for (size_t i = 0; i < WAITED_COUNT; i++)
            waited[i].revents = 0;
    if (holds_bytes)
        waited[CLIENT].revents = POLLIN;
    if (waited[CLIENT].fd != FD_NONE)
        pace_add(&relay->pace, clock_milliseconds() - before, 0);
}

static bool nothing_came(const struct pollfd waited[WAITED_COUNT])
{
    return waited[CLIENT].revents == 0 && waited[INPUT].revents == 0 && waited[OUTPUT].revents == 0;
}

/* After its exit a program is done, even if its child keeps the output open. Its last output may
 * have arrived after the wait, so it is read once more. A program that has printed its whole reply
 * may still read its input; it gets no more. */
static bool take_output(struct relay *relay, const struct pollfd waited[WAITED_COUNT],
                        struct error *err)
{
    bool has_come = waited[OUTPUT].revents != 0;
    bool has_exited =
        nothing_came(waited) && broker_client_has_ended(relay->broker, relay->program);
    bool has_ended = false;

    if ((has_come || has_exited) &&
        !output_take(relay->output, relay->program->output, &has_ended, err))
        return false;
    if (has_ended || has_exited || (has_come && output_is_whole(relay->output))) {
        relay->has_output = false;
        begin_drop(relay);
    }
    return true;
}

static void move_body(struct relay *relay, const struct pollfd waited[WAITED_COUNT])
{
    bool has_room = waited[INPUT].revents != 0;
    bool has_come = waited[CLIENT].revents != 0;

    if (relay->held.size > 0 && has_room)
        hand_on(relay);
    else if (relay->splices && !is_dropping(relay) && (has_come || has_room))
        splice_on(relay);
    else if (has_come)
        receive(relay);
}

/* Waits once, then moves all that can move. */
static bool turn(struct relay *relay, struct error *err)
{
    struct pollfd waited[WAITED_COUNT];

    wait_for_any(relay, waited);
    if (!take_output(relay, waited, err))
        return false;
    move_body(relay, waited);
    if (relay->left > 0 && pace_is_too_slow(&relay->pace))
        stop_reading(relay, RELAY_BODY_SLOW);
    if (relay->left == 0 && relay->held.size == 0)
        fd_close(&relay->program->input);
    return true;
}

bool relay_run(const struct relay_request *request, struct program *program, struct output *output,
               struct relay_end *end, struct error *err)
{
    CLEANUP(memory_free) void *buffer = NULL;
    struct relay relay = {.broker = request->broker,
                          .client = request->client,
                          .program = program,
                          .output = output,
                          .held = request->first,
                          .left = request->left,
                          .has_output = true,
                          .splices = true,
                          .body = RELAY_BODY_WHOLE};

    if (relay.left > 0 && !memory_allocate(&buffer, BUFFER_SIZE, err))
        return false;
    relay.buffer = buffer;
    if (relay.left == 0 && relay.held.size == 0)
        fd_close(&program->input);
    while (relay.has_output)
        if (!turn(&relay, err))
            return false;
    *end = (struct relay_end){relay.body, relay.left};
    return true;
}

void relay_drop(const struct client_socket *client, struct relay_end *end)
{
    uint64_t until = clock_milliseconds() + RELAY_DROP_MILLISECONDS;
    size_t got;

    while (end->left > 0 && clock_milliseconds() < until) {
        client_socket_wait(client, TICK_MILLISECONDS);
        got = 0;
        if (client_socket_receive(client, NULL,
                                  end->left < UNCOPIED_SIZE ? (size_t)end->left : UNCOPIED_SIZE,
                                  &got) == CLIENT_SOCKET_END) {
            *end = (struct relay_end){RELAY_BODY_SHORT, 0};
            return;
        }
        end->left -= got;
    }
    if (end->left > 0)
        end->body = RELAY_BODY_UNREAD;
}
