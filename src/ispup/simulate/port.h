/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A loopback port that is reserved for one camera, also while the camera is off: a bound socket
 * that never listens. A server with SO_REUSEADDR can listen on the same port; the system gives the
 * port to no other program.
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

/* Connects to the port; `fd` is owned by the caller. False: no one listens. */
bool simulate_port_connect(const struct simulate_port *port, int *fd) MUST_CHECK;

#endif
