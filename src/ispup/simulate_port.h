/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A port of the loopback address that stays one camera's while that camera is off: a bound socket
 * that never listens. A server that sets SO_REUSEADDR can listen beside it; the system gives the
 * port to nobody else.
 */
#ifndef ISPUP_SIMULATE_PORT_H
#define ISPUP_SIMULATE_PORT_H

#include "base/error.h"

#include <stdint.h>

struct simulate_port {
    int fd; /* owned */
    uint16_t number;
};

#define SIMULATE_PORT_NONE ((struct simulate_port){.fd = -1})

/* The first free port from `first` on; 0: one that the system chooses. */
bool simulate_port_reserve(uint16_t first, struct simulate_port *port,
                           struct error *err) MUST_CHECK;
void simulate_port_release(struct simulate_port *port); /* for CLEANUP; accepts the empty value */

/* A socket that listens on a reserved port, owned by the caller. */
bool simulate_port_listen(const struct simulate_port *port, int *fd, struct error *err) MUST_CHECK;

/* A connection to the port, owned by the caller; false where nobody listens. */
bool simulate_port_connect(const struct simulate_port *port, int *fd) MUST_CHECK;

#endif
