/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client's socket (non-blocking), plain or under TLS: bytes out, bytes in, and an end that does
 * not lose the reply. Everything that touches the socket itself is here.
 */
#ifndef ISPUPD_WIRE_H
#define ISPUPD_WIRE_H

#include "ispupd/address.h"

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>

struct gnutls_session_int;

struct wire {
    int fd;                         /* borrowed */
    struct gnutls_session_int *tls; /* borrowed, its handshake done; NULL: plain */
};

enum wire_received { WIRE_BYTES, WIRE_NOTHING_YET, WIRE_END };

enum wire_passed {
    WIRE_PASSED,
    WIRE_PASSED_NOTHING_YET, /* nothing has come, or the pipe is full */
    WIRE_PASSED_END,
    WIRE_PIPE_CLOSED, /* nobody reads it any more */
    WIRE_CANNOT_PASS, /* this kernel copies: wire_receive, and write */
};

/* Sends all of it. Fails where the client has gone, or takes less than pace.h asks for. */
bool wire_send(const struct wire *wire, struct span bytes, struct error *err) MUST_CHECK;

/* The same for the first `size` bytes of a file. */
bool wire_send_file(const struct wire *wire, int file, uint64_t size, struct error *err) MUST_CHECK;

/* What is there now, at most `capacity` bytes; `data` NULL drops them. */
enum wire_received wire_receive(const struct wire *wire, void *data, size_t capacity, size_t *got);

/* Whether wire_pass may be tried: TLS has to open the bytes first. */
bool wire_can_pass(const struct wire *wire);

/* The same as wire_receive, straight into a pipe, without waiting for room in it: the bytes are not
 * copied on their way. */
enum wire_passed wire_pass(const struct wire *wire, int pipe, size_t capacity, size_t *got);

/* Whether wire_receive has bytes that the socket no longer has: a poll of the socket would wait. */
bool wire_holds_bytes(const struct wire *wire);

/* Waits until there may be something to receive, at most `milliseconds`. */
void wire_wait(const struct wire *wire, int milliseconds);

/* Whether the client has sent more than was read. */
bool wire_has_more(const struct wire *wire);

/* Our end of the connection. */
void wire_own_address(const struct wire *wire, struct address *address);

/* Says that nothing more will be sent, and drops what still comes, until the client closes, is
 * silent for 2 s, or `milliseconds` are over: a socket that is closed with bytes unread is reset,
 * and takes the reply with it. */
void wire_linger(const struct wire *wire, uint64_t milliseconds);

#endif
