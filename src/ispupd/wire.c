/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/wire.h"

#include "ispupd/pace.h"

#include "base/clock.h"

#include <errno.h>
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

bool wire_send(int fd, struct span bytes, struct error *err)
{
    struct pace pace = {.waited = 0};

    while (bytes.size > 0) {
        ssize_t count = send(fd, bytes.data, bytes.size, MSG_NOSIGNAL);

        if (!goes_on(fd, count, &pace, err))
            return false;
        if (count > 0)
            bytes = span_from(bytes, (size_t)count);
    }
    return true;
}

bool wire_send_file(int fd, int file, uint64_t size, struct error *err)
{
    struct pace pace = {.waited = 0};
    off_t at = 0;

    while ((uint64_t)at < size) {
        ssize_t count = sendfile(fd, file, &at, (size_t)(size - (uint64_t)at));

        if (count == 0)
            return error_set(err, ERROR_INTERNAL, "sending: the file became shorter");
        if (!goes_on(fd, count, &pace, err))
            return false;
    }
    return true;
}

enum wire_received wire_receive(int fd, void *data, size_t capacity, size_t *got)
{
    ssize_t count = recv(fd, data, capacity, data == NULL ? MSG_TRUNC : 0);

    if (count > 0) {
        *got = (size_t)count;
        return WIRE_BYTES;
    }
    return count < 0 && (errno == EAGAIN || errno == EINTR) ? WIRE_NOTHING_YET : WIRE_END;
}

bool wire_has_more(int fd)
{
    unsigned char byte;

    return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

void wire_own_address(int fd, struct address *address)
{
    struct sockaddr_storage found = {.ss_family = AF_UNSPEC};
    socklen_t size = sizeof(found);

    (void)getsockname(fd, (struct sockaddr *)&found, &size);
    address_read((const struct sockaddr *)&found, address);
}

void wire_linger(int fd, uint64_t milliseconds)
{
    uint64_t end = clock_milliseconds() + milliseconds;
    struct pollfd waited = {.fd = fd, .events = POLLIN};
    size_t got;

    (void)shutdown(fd, SHUT_WR);
    while (wire_receive(fd, NULL, DROP_SIZE, &got) != WIRE_END && clock_milliseconds() < end)
        if (poll(&waited, 1, SILENCE_MILLISECONDS) == 0)
            return;
}
