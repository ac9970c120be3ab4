/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The broker: the process that was started as ispupd. It keeps its rights. It opens pages, the
 * certificate and the key, starts programs, and passes signals on to the server. It never reads
 * from the network. It reads the requests of the server (broker_request.h), which does.
 */
#ifndef ISPUPD_BROKER_BROKER_H
#define ISPUPD_BROKER_BROKER_H

#include "base/log.h"
#include "camera/configuration.h"

#include <signal.h>
#include <sys/types.h>

/* Programs that have not exited, including those that live on after their reply. */
enum { BROKER_PROGRAMS_LIMIT = 72 };

struct broker_server {
    pid_t pid;
    int socket; /* borrowed; requests arrive here */
};

/* Blocks the signals that broker_run waits for. Call it before the fork: no signal is lost, and the
 * server inherits the mask. */
void broker_block_signals(void);

/* Answers requests until the server has ended. `status` is the exit status of the server. Fails if
 * a signal ended the server. Running programs are left alone. */
bool broker_run(const struct configuration *configuration, const struct broker_server *server,
                const struct log *log, int *status, struct error *err) MUST_CHECK;

#endif
