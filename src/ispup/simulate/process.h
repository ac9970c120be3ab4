/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processes of a simulation. Each child is killed when its parent ends, in any way.
 */
#ifndef ISPUP_SIMULATE_PROCESS_H
#define ISPUP_SIMULATE_PROCESS_H

#include "base/error.h"

#include <sys/types.h>

enum { SIMULATE_WORDS = 15 };

/* Runs a program (absolute path) to its end. If its exit status is not 0, fails with the last line
 * of its output. */
bool simulate_process_run(const char *const *words, struct error *err) MUST_CHECK;

/* Starts a program with standard input from /dev/null and both outputs to `log`. */
bool simulate_process_start(const char *const *words, int log, pid_t *child,
                            struct error *err) MUST_CHECK;

/* Makes this process the subreaper: descendants that lose their parent become its children. Fails
 * if the kernel does not list a process's children in /proc. */
bool simulate_process_adopt(struct error *err) MUST_CHECK;

/* Ends every child and adopted child at once, as a power cut would. */
void simulate_process_end_all(void);

/* Sends the signal to a child and to that child's children. */
void simulate_process_signal(pid_t child, int signal);

/* Blocks the signals that are heeded, and SIGCHLD. `fd`, owned by the caller, is readable when one
 * is pending. */
bool simulate_process_listen(int *fd, struct error *err) MUST_CHECK;

/* Reads which signals are pending. */
struct simulate_signals {
    bool end, child;
};
struct simulate_signals simulate_process_heed(int fd);

#endif
