/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The use of libmicrohttpd: it accepts connections, starts a thread for each, makes the TLS
 * handshake, reads the head and sends `100 Continue`. All its callbacks are in server.c. The rest
 * is in exchange.c.
 */
#ifndef ISPUPD_SERVER_SERVER_H
#define ISPUPD_SERVER_SERVER_H

#include "ispupd/server/exchange.h"
#include "ispupd/server/identity.h"

/* One listening socket. */
struct server;

/* Starts to serve. `service` is borrowed. `listening` is taken on success. `identities` (borrowed)
 * are for TLS; NULL: plain HTTP. */
bool server_start(struct server **server, const struct service *service,
                  struct identities *identities, int *listening, struct error *err) MUST_CHECK;

/* Refuses new connections; the others go on. `server` may be NULL. */
void server_stop_listening(struct server *server);

/* Ends all connections. For CLEANUP. */
void server_stop(struct server **server);

#endif
