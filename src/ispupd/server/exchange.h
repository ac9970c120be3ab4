/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request and its reply, on the thread of its connection. There are two functions because
 * libmicrohttpd delivers the first bytes of the body in a second call. All other code runs straight
 * from top to bottom.
 */
#ifndef ISPUPD_SERVER_EXCHANGE_H
#define ISPUPD_SERVER_EXCHANGE_H

#include "base/address.h"
#include "ispupd/request_check.h"
#include "ispupd/server/broker_client.h"
#include "ispupd/server/client_socket.h"
#include "ispupd/server/connections.h"

#include "base/log.h"

/* Shared by all exchanges. Borrowed, and constant while the server runs. */
struct service {
    struct broker_client *broker;
    uint64_t body_limit;
    const char *programs; /* the folder, for the log */
    struct connections *connections;
    struct log log;
};

struct exchange {
    const struct service *service;
    struct connection *connection;
    struct client_socket socket; /* of the client */
    struct address client;
    struct head head;
    struct route route;
    uint64_t begun; /* clock_milliseconds */
    bool has_begun;
    bool is_answered;
};

/* Call it when the head has arrived. True if a body follows: then call exchange_finish with its
 * first bytes. False if the request has been answered: then close the connection. */
bool exchange_begin(struct exchange *exchange);

/* Runs the program and sends its reply. The caller then closes the connection. */
void exchange_finish(struct exchange *exchange, struct span first);

/* Call it when the connection ends. Logs a request that got no reply of ispupd: it was cut short,
 * too slow, or refused by libmicrohttpd. */
void exchange_end(struct exchange *exchange);

#endif
