/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client's socket (non-blocking): bytes out, bytes in, and an end that does not lose the reply.
 * Everything that touches the socket itself is here.
 */
#ifndef ISPUPD_WIRE_H
#define ISPUPD_WIRE_H

#include "ispupd/address.h"

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>

enum wire_received { WIRE_BYTES, WIRE_NOTHING_YET, WIRE_END };

/* Sends all of it. Fails where the client has gone, or takes less than pace.h asks for. */
bool wire_send(int fd, struct span bytes, struct error *err) MUST_CHECK;

/* The same for the first `size` bytes of a file. */
bool wire_send_file(int fd, int file, uint64_t size, struct error *err) MUST_CHECK;

/* What is there now, at most `capacity` bytes; `data` NULL drops them. */
enum wire_received wire_receive(int fd, void *data, size_t capacity, size_t *got);

/* Whether the client has sent more than was read. */
bool wire_has_more(int fd);

/* Our end of the connection. */
void wire_own_address(int fd, struct address *address);

/* Says that nothing more will be sent, and drops what still comes, until the client closes, is
 * silent for 2 s, or `milliseconds` are over: a socket that is closed with bytes unread is reset,
 * and takes the reply with it. */
void wire_linger(int fd, uint64_t milliseconds);

#endif
