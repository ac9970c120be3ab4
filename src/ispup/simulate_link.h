/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bad link to a simulated camera: stands between the port that hosts know and the one where
 * `ispupd` listens, passes on what each of them sends, and does to it what the faults say.
 */
#ifndef ISPUP_SIMULATE_LINK_H
#define ISPUP_SIMULATE_LINK_H

#include "ispup/simulate_fault.h"
#include "ispup/simulate_port.h"

#include <sys/types.h>

/* Starts it: whoever connects to `outer` speaks to `inner`. It ends with this process, or by
 * SIGKILL, and its connections with it. */
bool simulate_link_start(const struct simulate_port *outer, const struct simulate_port *inner,
                         const struct simulate_faults *faults, pid_t *link,
                         struct error *err) MUST_CHECK;

#endif
