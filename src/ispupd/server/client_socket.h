/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The socket of a client (non-blocking), plain or under TLS. Sends, receives, and ends a connection
 * without losing the reply. Only this module touches the socket.
 */
#ifndef ISPUPD_SERVER_CLIENT_SOCKET_H
#define ISPUPD_SERVER_CLIENT_SOCKET_H

#include "base/address.h"

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>

struct gnutls_session_int;

struct client_socket {
    int fd;                         /* borrowed */
    struct gnutls_session_int *tls; /* borrowed, after its handshake; NULL: plain */
};

enum client_socket_received { CLIENT_SOCKET_BYTES, CLIENT_SOCKET_NOTHING_YET, CLIENT_SOCKET_END };

/* Sends all bytes. Fails if the client has left or reads slower than pace.h allows. */
bool client_socket_send(const struct client_socket *client, struct span bytes,
                        struct error *err) MUST_CHECK;

/* Sends the first `size` bytes of a file in the same way. */
bool client_socket_send_file(const struct client_socket *client, int file, uint64_t size,
                             struct error *err) MUST_CHECK;

/* Receives what has arrived, at most `capacity` bytes. `data` NULL drops them. */
enum client_socket_received client_socket_receive(const struct client_socket *client, void *data,
                                                  size_t capacity, size_t *got);

/* Moves the bytes into a pipe within the kernel, without a copy. NOTHING_YET if none have arrived
 * or the pipe is full. END if this cannot be done: client_socket_receive tells why. */
enum client_socket_received client_socket_splice(const struct client_socket *client, int pipe,
                                                 size_t capacity, size_t *got);

/* Whether bytes wait in the TLS session: a poll of the socket would not report them. */
bool client_socket_holds_bytes(const struct client_socket *client);

/* Waits until bytes may have arrived, at most `milliseconds`. */
void client_socket_wait(const struct client_socket *client, int milliseconds);

/* Whether received bytes are still unread. */
bool client_socket_has_more(const struct client_socket *client);

/* The address of our end of the connection. */
void client_socket_own_address(const struct client_socket *client, struct address *address);

/* Ends sending, then drops what arrives until the client closes, is silent for 2 s, or
 * `milliseconds` have passed. A socket that is closed with unread bytes resets the connection, and
 * the client loses the reply. */
void client_socket_linger(const struct client_socket *client, uint64_t milliseconds);

#endif
