/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request between a client and a program: the body goes in, piece by piece and never kept; what
 * the program prints is collected. Returns when the program has closed its output, or has
 * printed as much as its Content-Length says, whatever becomes of the client: a client that leaves
 * or is too slow is the end of the program's input.
 */
#ifndef ISPUPD_RELAY_H
#define ISPUPD_RELAY_H

#include "ispupd/ask.h"
#include "ispupd/output.h"
#include "ispupd/wire.h"

#include <stdint.h>

/* What the program leaves unread is dropped for at most this long, so that the client gets to read
 * its reply. */
enum { RELAY_DROP_MILLISECONDS = 10 * 1000 };

enum relay_body { RELAY_BODY_WHOLE, RELAY_BODY_SHORT, RELAY_BODY_SLOW, RELAY_BODY_UNREAD };

struct relay_request {
    struct ask *ask; /* borrowed, as is the next */
    const struct wire *client;
    struct span first; /* the body's bytes that have come already; borrowed */
    uint64_t left;     /* how many are still to come */
};

struct relay_end {
    enum relay_body body;
    uint64_t left; /* bytes that may still come; 0 where the client has gone or is too slow */
};

/* `program`'s input is closed in any case. */
bool relay_run(const struct relay_request *request, struct program *program, struct output *output,
               struct relay_end *end, struct error *err) MUST_CHECK;

/* Drops what is left of a body that nobody wants. */
void relay_drop(const struct wire *client, struct relay_end *end);

#endif
