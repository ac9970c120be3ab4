/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/server/client_socket.h"

#include "ispupd/server/pace.h"
#include "ispupd/server/tls.h"

#include "base/clock.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

enum { TICK_MILLISECONDS = 1000, SILENCE_MILLISECONDS = 2000, DROP_SIZE = 1024 * 1024 };

/* Waits for room to send. False if the client reads too slowly. */
static bool wait_for_room(int fd, struct pace *pace)
{
    struct pollfd waited = {.fd = fd, .events = POLLOUT};
    uint64_t before = clock_milliseconds();

    (void)poll(&waited, 1, TICK_MILLISECONDS);
    pace_add(pace, clock_milliseconds() - before, 0);
    return !pace_is_too_slow(pace);
}

/* `count` is the result of a send. True if the caller may send more. */
static bool goes_on(int fd, ssize_t count, struct pace *pace, struct error *err)
{
    if (count >= 0)
        pace_add(pace, 0, (size_t)count);
    else if (errno != EAGAIN && errno != EINTR)
        return error_system(err, ERROR_INTERNAL, "sending");
    else if (errno == EAGAIN && !wait_for_room(fd, pace))
        return error_set(err, ERROR_INTERNAL, "sending: the client reads too slowly");
    return true;
}

static ssize_t send_some(const struct client_socket *client, struct span bytes)
{
    return client->tls != NULL ? tls_send(client->tls, bytes)
                               : send(client->fd, bytes.data, bytes.size, MSG_NOSIGNAL);
}

static bool send_all(const struct client_socket *client, struct span bytes, struct pace *pace,
                     struct error *err)
{
    while (bytes.size > 0) {
        ssize_t count = send_some(client, bytes);

        if (!goes_on(client->fd, count, pace, err))
            return false;
        if (count > 0)
            bytes = span_from(bytes, (size_t)count);
    }
    return true;
}

bool client_socket_send(const struct client_socket *client, struct span bytes, struct error *err)
{
    struct pace pace = {.waited = 0};

    return send_all(client, bytes, &pace, err);
}

static bool is_shorter(struct error *err)
{
    return error_set(err, ERROR_INTERNAL, "sending: the file has become shorter");
}

/* Without a copy through this process. */
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

static bool send_file_sealed(const struct client_socket *client, int file, uint64_t size,
                             struct error *err)
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
        if (!send_all(client, span_of(piece, got), &pace, err))
            return false;
        at += got;
    }
    return true;
}

bool client_socket_send_file(const struct client_socket *client, int file, uint64_t size,
                             struct error *err)
{
    return client->tls != NULL ? send_file_sealed(client, file, size, err)
                               : send_file_plain(client->fd, file, size, err);
}

/* Dropped bytes are decrypted too: else the end of the body is unknown. */
static ssize_t receive_sealed(const struct client_socket *client, void *data, size_t capacity)
{
    unsigned char dropped[TLS_RECORD_SIZE];

    if (data != NULL)
        return tls_receive(client->tls, data, capacity);
    return tls_receive(client->tls, dropped,
                       capacity < sizeof(dropped) ? capacity : sizeof(dropped));
}

static enum client_socket_received received(ssize_t count, size_t *got)
{
    if (count > 0) {
        *got = (size_t)count;
        return CLIENT_SOCKET_BYTES;
    }
    return count < 0 && (errno == EAGAIN || errno == EINTR) ? CLIENT_SOCKET_NOTHING_YET
                                                            : CLIENT_SOCKET_END;
}

enum client_socket_received client_socket_receive(const struct client_socket *client, void *data,
                                                  size_t capacity, size_t *got)
{
    if (client->tls != NULL)
        return received(receive_sealed(client, data, capacity), got);
    return received(recv(client->fd, data, capacity, data == NULL ? MSG_TRUNC : 0), got);
}

enum client_socket_received client_socket_splice(const struct client_socket *client, int pipe,
                                                 size_t capacity, size_t *got)
{
    if (client->tls != NULL)
        return CLIENT_SOCKET_END;
    return received(splice(client->fd, NULL, pipe, NULL, capacity, SPLICE_F_NONBLOCK), got);
}

bool client_socket_holds_bytes(const struct client_socket *client)
{
    return client->tls != NULL && tls_holds_bytes(client->tls);
}

void client_socket_wait(const struct client_socket *client, int milliseconds)
{
    struct pollfd waited = {.fd = client->fd, .events = POLLIN};

    if (!client_socket_holds_bytes(client))
        (void)poll(&waited, 1, milliseconds);
}

bool client_socket_has_more(const struct client_socket *client)
{
    unsigned char byte;

    return client_socket_holds_bytes(client) ||
           recv(client->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

void client_socket_own_address(const struct client_socket *client, struct address *address)
{
    struct sockaddr_storage found = {.ss_family = AF_UNSPEC};
    socklen_t size = sizeof(found);

    (void)getsockname(client->fd, (struct sockaddr *)&found, &size);
    address_read((const struct sockaddr *)&found, address);
}

void client_socket_linger(const struct client_socket *client, uint64_t milliseconds)
{
    /* Dropped bytes need no decryption here. */
    const struct client_socket raw = {client->fd, NULL};
    uint64_t end = clock_milliseconds() + milliseconds;
    struct pollfd waited = {.fd = client->fd, .events = POLLIN};
    size_t got;

    if (client->tls != NULL)
        tls_end_sending(client->tls);
    (void)shutdown(client->fd, SHUT_WR);
    while (client_socket_receive(&raw, NULL, DROP_SIZE, &got) != CLIENT_SOCKET_END &&
           clock_milliseconds() < end)
        if (poll(&waited, 1, SILENCE_MILLISECONDS) == 0)
            return;
}
