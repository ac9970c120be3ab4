/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of connections, under one lock. It limits connections, connections from one address,
 * the time for a head, and running programs, and knows when the server may end. Times are
 * milliseconds of clock_milliseconds, given by the caller.
 */
#ifndef ISPUPD_SERVER_CONNECTIONS_H
#define ISPUPD_SERVER_CONNECTIONS_H

#include "base/address.h"

enum {
    CONNECTIONS_LIMIT = 256,
    /* A cut connection keeps its place until it is closed. A new one gets one of these
     * meanwhile. */
    CONNECTIONS_PLACES = CONNECTIONS_LIMIT + 16,
    CONNECTIONS_ADDRESS_LIMIT = 16, /* from one address, while another address finds no place */
    CONNECTIONS_PROGRAMS_LIMIT = 8,
    CONNECTIONS_HEAD_MILLISECONDS = 10 * 1000,
    CONNECTIONS_BODY_MILLISECONDS = 30 * 1000,  /* from the head to the first byte of the body */
    CONNECTIONS_REPLY_MILLISECONDS = 15 * 1000, /* while the server is ending */
};

struct connections;
struct connection; /* borrowed from the table */

enum connection_phase {
    CONNECTION_HEAD,         /* the client sends the head */
    CONNECTION_BODY_AWAITED, /* the head has arrived, but no byte of the body */
    CONNECTION_SERVED,       /* a program runs: never cut */
    CONNECTION_REPLYING,     /* the client receives its reply, as slowly as pace.h allows */
    CONNECTION_ANSWERED,     /* the reply is sent; what still arrives is dropped */
};

bool connections_open(struct connections **connections, struct error *err) MUST_CHECK;
void connections_close(struct connections **connections); /* for CLEANUP */

/* Whether a new connection from this address is accepted. If the table is full and this address has
 * less than its share, the oldest connection without a program is cut, of an address that has more
 * than its share. */
bool connections_admit(struct connections *connections, const struct address *address);

/* `fd` is borrowed until connections_remove. NULL if the table is full. */
struct connection *connections_add(struct connections *connections, int fd,
                                   const struct address *address, uint64_t now);
void connections_remove(struct connections *connections, struct connection *connection);
void connections_enter(struct connections *connections, struct connection *connection,
                       enum connection_phase phase, uint64_t now);

/* Cuts connections that have exceeded their time. */
void connections_sweep(struct connections *connections, uint64_t now);

/* Takes a place for a program. False if all are taken or the server is ending. */
bool connections_begin_program(struct connections *connections);
void connections_end_program(struct connections *connections);
bool connections_has_program_place(struct connections *connections);

/* From now on no connection is accepted and no program starts. The next sweep cuts clients that
 * have not sent a whole head. */
void connections_finish(struct connections *connections);

/* True if no program runs and no client waits for a reply. */
bool connections_is_finished(struct connections *connections);

#endif
