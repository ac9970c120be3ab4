/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/wire.h"

#include "ispupd/pace.h"
#include "ispupd/tls.h"

#include "base/clock.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

enum { TICK_MILLISECONDS = 1000, SILENCE_MILLISECONDS = 2000, DROP_SIZE = 1024 * 1024 };

/* Waits for room to send; false where the client is too slow for it. */
static bool wait_for_room(int fd, struct pace *pace)
{
    struct pollfd waited = {.fd = fd, .events = POLLOUT};
    uint64_t before = clock_milliseconds();

    (void)poll(&waited, 1, TICK_MILLISECONDS);
    pace_add(pace, clock_milliseconds() - before, 0);
    return !pace_is_too_slow(pace);
}

/* After a call that sent `count` bytes, or -1: whether to go on. */
static bool goes_on(int fd, ssize_t count, struct pace *pace, struct error *err)
{
    if (count >= 0)
        pace_add(pace, 0, (size_t)count);
    else if (errno != EAGAIN && errno != EINTR)
        return error_system(err, ERROR_INTERNAL, "sending");
    else if (errno == EAGAIN && !wait_for_room(fd, pace))
        return error_set(err, ERROR_INTERNAL, "sending: the client takes too little");
    return true;
}

static ssize_t send_some(const struct wire *wire, struct span bytes)
{
    return wire->tls != NULL ? tls_send(wire->tls, bytes)
                             : send(wire->fd, bytes.data, bytes.size, MSG_NOSIGNAL);
}

static bool send_all(const struct wire *wire, struct span bytes, struct pace *pace,
                     struct error *err)
{
    while (bytes.size > 0) {
        ssize_t count = send_some(wire, bytes);

        if (!goes_on(wire->fd, count, pace, err))
            return false;
        if (count > 0)
            bytes = span_from(bytes, (size_t)count);
    }
    return true;
}

bool wire_send(const struct wire *wire, struct span bytes, struct error *err)
{
    struct pace pace = {.waited = 0};

    return send_all(wire, bytes, &pace, err);
}

static bool is_shorter(struct error *err)
{
    return error_set(err, ERROR_INTERNAL, "sending: the file became shorter");
}

/* Through the kernel alone. */
static bool send_file_plain(int fd, int file, uint64_t size, struct error *err)
{
    struct pace pace = {.waited = 0};
    off_t at = 0;

    while ((uint64_t)at < size) {
        ssize_t count = sendfile(fd, file, &at, (size_t)(size - (uint64_t)at));

        if (count == 0)
            return is_shorter(err);
        if (!goes_on(fd, count, &pace, err))
            return false;
    }
    return true;
}

static bool send_file_sealed(const struct wire *wire, int file, uint64_t size, struct error *err)
{
    struct pace pace = {.waited = 0};
    unsigned char piece[TLS_RECORD_SIZE];
    uint64_t at = 0;

    while (at < size) {
        size_t wanted = size - at < sizeof(piece) ? (size_t)(size - at) : sizeof(piece);
        size_t got;

        if (!fd_read_at(file, at, piece, wanted, &got, err))
            return false;
        if (got == 0)
            return is_shorter(err);
        if (!send_all(wire, span_of(piece, got), &pace, err))
            return false;
        at += got;
    }
    return true;
}

bool wire_send_file(const struct wire *wire, int file, uint64_t size, struct error *err)
{
    return wire->tls != NULL ? send_file_sealed(wire, file, size, err)
                             : send_file_plain(wire->fd, file, size, err);
}

/* Under TLS what is dropped is opened all the same: only so is the body's end known. */
static ssize_t receive_sealed(const struct wire *wire, void *data, size_t capacity)
{
    unsigned char dropped[TLS_RECORD_SIZE];

    if (data != NULL)
        return tls_receive(wire->tls, data, capacity);
    return tls_receive(wire->tls, dropped, capacity < sizeof(dropped) ? capacity : sizeof(dropped));
}

static enum wire_received received(ssize_t count, size_t *got)
{
    if (count > 0) {
        *got = (size_t)count;
        return WIRE_BYTES;
    }
    return count < 0 && (errno == EAGAIN || errno == EINTR) ? WIRE_NOTHING_YET : WIRE_END;
}

enum wire_received wire_receive(const struct wire *wire, void *data, size_t capacity, size_t *got)
{
    if (wire->tls != NULL)
        return received(receive_sealed(wire, data, capacity), got);
    return received(recv(wire->fd, data, capacity, data == NULL ? MSG_TRUNC : 0), got);
}

bool wire_can_pass(const struct wire *wire)
{
    return wire->tls == NULL;
}

enum wire_passed wire_pass(const struct wire *wire, int pipe, size_t capacity, size_t *got)
{
    ssize_t count = splice(wire->fd, NULL, pipe, NULL, capacity, SPLICE_F_NONBLOCK);

    if (count > 0) {
        *got = (size_t)count;
        return WIRE_PASSED;
    }
    if (count == 0)
        return WIRE_PASSED_END;
    if (errno == EAGAIN || errno == EINTR)
        return WIRE_PASSED_NOTHING_YET;
    if (errno == EPIPE)
        return WIRE_PIPE_CLOSED;
    return errno == EINVAL || errno == ENOSYS ? WIRE_CANNOT_PASS : WIRE_PASSED_END;
}

bool wire_holds_bytes(const struct wire *wire)
{
    return wire->tls != NULL && tls_holds_bytes(wire->tls);
}

void wire_wait(const struct wire *wire, int milliseconds)
{
    struct pollfd waited = {.fd = wire->fd, .events = POLLIN};

    if (!wire_holds_bytes(wire))
        (void)poll(&waited, 1, milliseconds);
}

bool wire_has_more(const struct wire *wire)
{
    unsigned char byte;

    return wire_holds_bytes(wire) || recv(wire->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

void wire_own_address(const struct wire *wire, struct address *address)
{
    struct sockaddr_storage found = {.ss_family = AF_UNSPEC};
    socklen_t size = sizeof(found);

    (void)getsockname(wire->fd, (struct sockaddr *)&found, &size);
    address_read((const struct sockaddr *)&found, address);
}

void wire_linger(const struct wire *wire, uint64_t milliseconds)
{
    /* The bytes that come are not looked at: no need to open them. */
    const struct wire raw = {wire->fd, NULL};
    uint64_t end = clock_milliseconds() + milliseconds;
    struct pollfd waited = {.fd = wire->fd, .events = POLLIN};
    size_t got;

    if (wire->tls != NULL)
        tls_end_sending(wire->tls);
    (void)shutdown(wire->fd, SHUT_WR);
    while (wire_receive(&raw, NULL, DROP_SIZE, &got) != WIRE_END && clock_milliseconds() < end)
        if (poll(&waited, 1, SILENCE_MILLISECONDS) == 0)
            return;
}
