/* SPDX-License-Identifier: Apache-2.0 */
/* The server's life: its sockets, its certificate, its signals, its end. */
#ifndef ISPUPD_SERVE_H
#define ISPUPD_SERVE_H

#include "camera/configuration.h"

/* Returns when it has been told to end, and has. `listen`, where it is not NULL, stands for the
 * configuration's. */
bool serve(const struct configuration *configuration, const char *listen,
           struct error *err) MUST_CHECK;

#endif
