/* SPDX-License-Identifier: Apache-2.0 */
/* The server process: certificate, signals, end. */
#ifndef ISPUPD_SERVER_SERVE_H
#define ISPUPD_SERVER_SERVE_H

#include "ispupd/listeners.h"

#include "base/log.h"
#include "camera/configuration.h"

/* Returns when a signal has told it to end and it has. `listeners` are taken. `socket` (to the
 * broker) is borrowed. */
bool serve(const struct configuration *configuration, struct listeners *listeners, int socket,
           const struct log *log, struct error *err) MUST_CHECK;

#endif
