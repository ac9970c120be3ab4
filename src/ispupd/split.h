/* SPDX-License-Identifier: Apache-2.0 */
/* Starts the two processes of ispupd: the broker (broker.h) and, in its sandbox (sandbox.h), the
 * server (serve.h). */
#ifndef ISPUPD_SPLIT_H
#define ISPUPD_SPLIT_H

#include "camera/configuration.h"

/* Returns in both processes when they end. `listen` replaces the address of the configuration
 * unless it is NULL. `status` is the exit status. */
bool split_run(const struct configuration *configuration, const char *listen, int *status,
               struct error *err) MUST_CHECK;

#endif
