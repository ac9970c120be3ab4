/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libmicrohttpd: it accepts connections, gives each a thread, shakes hands where TLS is spoken,
 * reads its head and, where asked to, says `100 Continue`. All of its callbacks are in server.c;
 * the rest is exchange.c.
 */
#ifndef ISPUPD_SERVER_H
#define ISPUPD_SERVER_H

#include "ispupd/exchange.h"
#include "ispupd/identity.h"

/* One socket that listens, and what is spoken there. */
struct server;

/* Serves from now on. `service` is borrowed, `listening` (a socket that listens) is taken where it
 * works. `identities`, borrowed, are those of TLS; NULL: plain HTTP. */
bool server_start(struct server **server, const struct service *service,
                  struct identities *identities, int *listening, struct error *err) MUST_CHECK;

/* Nobody can connect any more; whoever is being served goes on. NULL is no server. */
void server_stop_listening(struct server *server);

/* Ends all connections. For CLEANUP. */
void server_stop(struct server **server);

#endif
