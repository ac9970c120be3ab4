/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request and its reply, from the head to the last byte, on the thread of its connection. The
 * library that reads the head for us gives the body's first bytes in a second call; hence two
 * functions. Everything behind them reads straight down.
 */
#ifndef ISPUPD_EXCHANGE_H
#define ISPUPD_EXCHANGE_H

#include "ispupd/address.h"
#include "ispupd/ask.h"
#include "ispupd/connections.h"
#include "ispupd/gate.h"
#include "ispupd/wire.h"

#include "base/log.h"

/* What all exchanges share; borrowed, and unchanged while the server runs. */
struct service {
    struct ask *ask;
    uint64_t body_limit;
    const char *programs; /* the folder, for the log */
    struct connections *connections;
    struct log log;
};

struct exchange {
    const struct service *service;
    struct connection *connection;
    struct wire wire; /* the client's */
    struct address client;
    struct head head;
    struct route route;
    uint64_t begun; /* clock_milliseconds */
    bool has_begun;
    bool is_answered;
};

/* The head is there. True where the body is to come, and exchange_finish with its first bytes; else
 * the request has been answered, and the connection is to be closed. */
bool exchange_begin(struct exchange *exchange);

/* Answers; the connection is then to be closed. */
void exchange_finish(struct exchange *exchange, struct span first);

/* The connection ends. Logs a request that came to no answer of ours: it was cut short, too slow,
 * or refused by the library. */
void exchange_end(struct exchange *exchange);

#endif
