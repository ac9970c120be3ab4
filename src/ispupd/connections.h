/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is connected, in one table behind one lock: how many, how many from one address, how long a
 * head may take, how many programs run at once, and what the server waits for before it ends.
 * Times are milliseconds of clock_milliseconds, given by the caller.
 */
#ifndef ISPUPD_CONNECTIONS_H
#define ISPUPD_CONNECTIONS_H

#include "ispupd/address.h"

enum {
    CONNECTIONS_LIMIT = 256,
    /* The library drops a connection some time after it was cut: meanwhile a new one has its place.
     */
    CONNECTIONS_PLACES = CONNECTIONS_LIMIT + 16,
    CONNECTIONS_ADDRESS_LIMIT = 16, /* from one address, while others find no place */
    CONNECTIONS_PROGRAMS_LIMIT = 8,
    CONNECTIONS_HEAD_MILLISECONDS = 10 * 1000,
    CONNECTIONS_BODY_MILLISECONDS = 30 * 1000,  /* from the head to the first byte of the body */
    CONNECTIONS_REPLY_MILLISECONDS = 15 * 1000, /* once the server is about to end */
};

struct connections;
struct connection; /* one of them; borrowed from the table */

enum connection_phase {
    CONNECTION_HEAD,         /* sends its request's head */
    CONNECTION_BODY_AWAITED, /* has sent it; the body's first byte has not come */
    CONNECTION_SERVED,       /* a program runs for it: never cut */
    CONNECTION_REPLYING,     /* gets its reply, at its own pace (pace.h) */
    CONNECTION_ANSWERED,     /* has its reply; only what it still sends is dropped */
};

bool connections_open(struct connections **connections, struct error *err) MUST_CHECK;
void connections_close(struct connections **connections); /* for CLEANUP */

/* Whether one more from this address may come. Where there is no place, the oldest connection
 * without a program is cut from an address that has more than its share, if the new one's has less.
 */
bool connections_admit(struct connections *connections, const struct address *address);

/* `fd` is borrowed until connections_remove. NULL where there is no place at all. */
struct connection *connections_add(struct connections *connections, int fd,
                                   const struct address *address, uint64_t now);
void connections_remove(struct connections *connections, struct connection *connection);
void connections_enter(struct connections *connections, struct connection *connection,
                       enum connection_phase phase, uint64_t now);

/* Cuts what is past its time. */
void connections_sweep(struct connections *connections, uint64_t now);

/* A place for a program; false where all are taken or the server is about to end. */
bool connections_begin_program(struct connections *connections);
void connections_end_program(struct connections *connections);
bool connections_has_program_place(struct connections *connections);

/* From now on nobody is admitted and no program is started; the next sweep cuts whoever has not
 * sent a whole head. */
void connections_finish(struct connections *connections);

/* No program runs, and nobody waits for a reply. */
bool connections_is_finished(struct connections *connections);

#endif
