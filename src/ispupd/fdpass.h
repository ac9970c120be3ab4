/* SPDX-License-Identifier: Apache-2.0 */
/* Sends records with open descriptors over a Unix socket. */
#ifndef ISPUPD_FDPASS_H
#define ISPUPD_FDPASS_H

#include "base/error.h"
#include "base/span.h"

enum { FDPASS_DESCRIPTORS = 2 };

struct fdpass {
    int fds[FDPASS_DESCRIPTORS]; /* owned; unused ones are FD_NONE and come last */
};

#define FDPASS_NONE ((struct fdpass){{-1, -1}})

void fdpass_close(struct fdpass *passed); /* for CLEANUP */

/* A pair of connected sockets that keep the boundaries of records. Owned by the caller. */
bool fdpass_pair(int ends[2], struct error *err) MUST_CHECK;

/* The caller keeps its descriptors. */
bool fdpass_send(int socket, struct span record, const struct fdpass *passed,
                 struct error *err) MUST_CHECK;

/* Receives one record. A record over `capacity` bytes is an error, and so is the end of the
 * connection. If `passed` is NULL, the kernel closes descriptors that come with the record. */
bool fdpass_receive(int socket, void *record, size_t capacity, size_t *got, struct fdpass *passed,
                    struct error *err) MUST_CHECK;

#endif
