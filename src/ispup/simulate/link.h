/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bad link to a simulated camera: a process between the port for hosts and the port of `ispupd`.
 * It relays both directions, and slows, cuts or replaces them as the faults say.
 */
#ifndef ISPUP_SIMULATE_LINK_H
#define ISPUP_SIMULATE_LINK_H

#include "ispup/simulate/fault.h"
#include "ispup/simulate/port.h"

#include <sys/types.h>

/* Starts it: a connection to `outer` is relayed to `inner`. It is killed, with its connections,
 * when this process ends. */
bool simulate_link_start(const struct simulate_port *outer, const struct simulate_port *inner,
                         const struct simulate_faults *faults, pid_t *link,
                         struct error *err) MUST_CHECK;

#endif
