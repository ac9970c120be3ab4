/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the programs that a product names in its configuration: without a shell, with PATH as the
 * only environment variable, with standard output on /dev/null. The program inherits no other
 * descriptor.
 */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include "base/error.h"
#include "base/span.h"

#include <sys/types.h>

enum { PROCESS_TEXT_SIZE = 1024, PROCESS_ARGUMENTS = 16 };

/* A program and its arguments, as the configuration has them: split at blanks. */
struct process_command {
    char text[PROCESS_TEXT_SIZE];
    char *arguments[PROCESS_ARGUMENTS + 1]; /* point into `text`; NULL after the last */
    size_t count;                           /* 0: no program */
};

/* Fails with ERROR_CONFIGURATION if there are more than PROCESS_ARGUMENTS words, if the text is too
 * long, or if the program is not an absolute path. */
bool process_split(struct span text, struct process_command *command, struct error *err) MUST_CHECK;

/* The result of one run. */
struct process_outcome {
    int status;          /* exit status; 128 + the signal's number if a signal killed it */
    char last_line[160]; /* the last non-empty line of standard error, printable */
};

/* No core dump is made of this process, neither as a file nor by a core handler program (which
 * ignores the size limit), and no other process of the same user can read its memory. Children
 * inherit this until they exec; after that only the core size limit is left. */
void process_forbid_dumps(void);

/* fork(2). The child is sent `signal` when this process ends, in any way. 0 in the child; -1: it
 * failed. */
pid_t process_fork_bound(int signal);

/* For a fork that failed: the reason, and the limit that was met. Always returns false. */
bool process_fork_failed(struct error *err);

/* Runs the command and waits for it. `more` (NULL-terminated, or NULL) are arguments after its own.
 * After `seconds` (0: no limit) the program and its process group are killed, and this fails.
 * `input` is its standard input (FD_NONE: /dev/null). True if the program ended by itself, with any
 * status. */
bool process_run(const struct process_command *command, const char *const *more, int input,
                 unsigned seconds, struct process_outcome *outcome, struct error *err) MUST_CHECK;

/* Starts the command in a new session and does not wait for it. */
bool process_start(const struct process_command *command, struct error *err) MUST_CHECK;

#endif
