/* SPDX-License-Identifier: Apache-2.0 */
/* The process that serves HTTP: its certificate, its signals, its end. */
#ifndef ISPUPD_SERVE_H
#define ISPUPD_SERVE_H

#include "ispupd/listeners.h"

#include "base/log.h"
#include "camera/configuration.h"

/* Returns when it has been told to end, and has. `listeners` are taken; `broker`, the socket for
 * errands, is borrowed. */
bool serve(const struct configuration *configuration, struct listeners *listeners, int broker,
           const struct log *log, struct error *err) MUST_CHECK;

#endif
