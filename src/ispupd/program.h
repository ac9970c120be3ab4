/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A CGI program: found by name, started with pipes for its input and output, waited for. It is
 * never killed. It is in a process group of its own, so that a key pressed at the server's
 * terminal does not end it.
 */
#ifndef ISPUPD_PROGRAM_H
#define ISPUPD_PROGRAM_H

#include "base/error.h"
#include "base/file.h"

#include <sys/types.h>

struct program {
    pid_t pid;  /* 0: none, or reaped */
    int input;  /* owned; our end of its standard input, non-blocking; FD_NONE once closed */
    int output; /* owned; our end of its standard output, non-blocking */
};

#define PROGRAM_NONE ((struct program){0, -1, -1})

/* FOLDER/NAME, where that is a file that may be executed; else ERROR_HTTP_NOT_FOUND. */
bool program_find(const char *folder, const char *name, char path[FILE_PATH_SIZE],
                  struct error *err) MUST_CHECK;

/* `environment` is NULL-terminated, borrowed. Standard error stays the server's. */
bool program_start(struct program *program, const char *path, char *const *environment,
                   struct error *err) MUST_CHECK;

/* Whether it has exited. It stays to be reaped. */
bool program_has_ended(const struct program *program);

/* Closes our ends; reaps it where it has exited already, and else leaves its number in `pid` for
 * whoever reaps later. For CLEANUP. */
void program_leave(struct program *program);

#endif
