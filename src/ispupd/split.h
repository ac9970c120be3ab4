/* SPDX-License-Identifier: Apache-2.0 */
/* ispupd's two processes: the one that was started (broker.h), and the one that serves HTTP
 * (serve.h), in a cage (cage.h). */
#ifndef ISPUPD_SPLIT_H
#define ISPUPD_SPLIT_H

#include "camera/configuration.h"

/* Returns in both of them, when they are to end. `listen`, where it is not NULL, stands for the
 * configuration's; `status` is the exit status. */
bool split_run(const struct configuration *configuration, const char *listen, int *status,
               struct error *err) MUST_CHECK;

#endif
