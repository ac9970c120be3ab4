/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libmicrohttpd: it accepts connections, gives each a thread, reads its head and, where asked to,
 * says `100 Continue`. All of its callbacks are in server.c; the rest is exchange.c.
 */
#ifndef ISPUPD_SERVER_H
#define ISPUPD_SERVER_H

#include "ispupd/exchange.h"

struct server;

/* Serves from now on. `service` is borrowed, `listening` (a socket that listens) is taken where it
 * works. */
bool server_start(struct server **server, const struct service *service, int *listening,
                  struct error *err) MUST_CHECK;

/* Nobody can connect any more; whoever is being served goes on. */
void server_stop_listening(struct server *server);

/* Ends all connections. For CLEANUP. */
void server_stop(struct server **server);

#endif
