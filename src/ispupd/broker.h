/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process that was started as ispupd, and keeps its rights: it opens pages, certificate and
 * key, starts programs, and hands on the signals that it gets. It reads nothing from the network,
 * but the errands (errand.h) of the server that does.
 */
#ifndef ISPUPD_BROKER_H
#define ISPUPD_BROKER_H

#include "base/log.h"
#include "camera/configuration.h"

#include <signal.h>
#include <sys/types.h>

/* Programs that have not exited: those that are served, and those that live on behind their answer.
 */
enum { BROKER_PROGRAMS_LIMIT = 72 };

struct broker_server {
    pid_t pid;
    int socket; /* borrowed: its errands come here */
};

/* Blocks the signals that broker_run waits for. To be called before the server is started, so that
 * none is lost; the server inherits it. */
void broker_block_signals(void);

/* Runs errands until the server has ended; `status` is its exit status. Fails where a signal ended
 * it. Programs that still run are left alone. */
bool broker_run(const struct configuration *configuration, const struct broker_server *server,
                const struct log *log, int *status, struct error *err) MUST_CHECK;

#endif
