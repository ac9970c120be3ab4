/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs that a product names in its configuration: run without a shell, with an environment of
 * PATH alone, standard output on /dev/null and no other descriptor of ours.
 */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include "base/error.h"
#include "base/span.h"

enum { PROCESS_TEXT_SIZE = 1024, PROCESS_ARGUMENTS = 16 };

/* A program with arguments, as the configuration has it: split at blanks. */
struct process_command {
    char text[PROCESS_TEXT_SIZE];
    char *arguments[PROCESS_ARGUMENTS + 1]; /* into `text`; NULL behind the last */
    size_t count;                           /* 0: no program */
};

/* Fails on more than PROCESS_ARGUMENTS words, a text too long, a program that is no absolute path.
 */
bool process_split(struct span text, struct process_command *command, struct error *err) MUST_CHECK;

/* What one run says. */
struct process_outcome {
    int status;          /* exit status; 128 + the signal's number where one ended it */
    char last_line[160]; /* the last line of its error output, printable */
};

/* This process leaves no core, neither as a file nor with a program that takes them (which no limit
 * holds), and no other process of its user reads its memory. Its children are the same until they
 * run a program: that may be read, and has the limit alone. */
void process_forbid_dumps(void);

/* Runs it with `more` (NULL-terminated, or NULL) behind its own arguments and waits, at most
 * `seconds` (0: for ever; then it and its process group are killed, and it fails). `input` is its
 * standard input (FD_NONE: /dev/null). True where it ran to its end, whatever its status. */
bool process_run(const struct process_command *command, const char *const *more, int input,
                 unsigned seconds, struct process_outcome *outcome, struct error *err) MUST_CHECK;

/* Starts it in a session of its own and does not wait. */
bool process_start(const struct process_command *command, struct error *err) MUST_CHECK;

#endif
