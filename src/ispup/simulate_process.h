/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processes of a simulation. Each process that goes on by itself goes at the latest when the
 * one that started it does, however that one ends.
 */
#ifndef ISPUP_SIMULATE_PROCESS_H
#define ISPUP_SIMULATE_PROCESS_H

#include "base/error.h"

#include <sys/types.h>

enum { SIMULATE_WORDS = 15 };

/* Runs a program (absolute path) to its end; fails where its exit status is not 0, with the last
 * line of what it said. */
bool simulate_process_run(const char *const *words, struct error *err) MUST_CHECK;

/* Starts a program with standard input on nothing and both outputs on `log`. */
bool simulate_process_start(const char *const *words, int log, pid_t *child,
                            struct error *err) MUST_CHECK;

/* fork(2). The child is sent `signal` when this process ends; 0 in the child. -1: failed. */
pid_t simulate_process_fork(int signal);

/* From now on descendants whose parent has gone become children of this process. Fails on a kernel
 * that cannot tell a process its children. */
bool simulate_process_adopt(struct error *err) MUST_CHECK;

/* Ends every child and adopted child at once, as a power cut would. */
void simulate_process_end_all(void);

/* Blocks the signals of an end (SIGINT, SIGTERM, SIGHUP) and of an ended child: `fd`, owned by the
 * caller, can be read when there is one. */
bool simulate_process_listen(int *fd, struct error *err) MUST_CHECK;

/* What has come meanwhile. */
struct simulate_signals {
    bool end, child;
};
struct simulate_signals simulate_process_heed(int fd);

#endif
