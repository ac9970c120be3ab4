/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs one request: sends the body to the program piece by piece, without storing it, and collects
 * what the program prints. Returns when the program has closed its output, or has printed as many
 * bytes as its Content-Length says. If the client leaves or is too slow, the input of the program
 * ends.
 */
#ifndef ISPUPD_SERVER_RELAY_H
#define ISPUPD_SERVER_RELAY_H

#include "ispupd/server/broker_client.h"
#include "ispupd/server/client_socket.h"
#include "ispupd/server/output.h"

#include <stdint.h>

/* The rest of a body that the program does not read is drained for at most this long, so that the
 * client can read its reply. */
enum { RELAY_DROP_MILLISECONDS = 10 * 1000 };

enum relay_body { RELAY_BODY_WHOLE, RELAY_BODY_SHORT, RELAY_BODY_SLOW, RELAY_BODY_UNREAD };

struct relay_request {
    struct broker_client *broker; /* borrowed, like the next */
    const struct client_socket *client;
    struct span first; /* borrowed; bytes of the body that have arrived already */
    uint64_t left;     /* bytes of the body still to come */
};

struct relay_end {
    enum relay_body body;
    uint64_t left; /* bytes still to come; 0 if the client has left or is too slow */
};

/* Closes the input of `program`, also on failure. */
bool relay_run(const struct relay_request *request, struct program *program, struct output *output,
               struct relay_end *end, struct error *err) MUST_CHECK;

/* Drains the rest of a body that the program did not read. */
void relay_drop(const struct client_socket *client, struct relay_end *end);

#endif
