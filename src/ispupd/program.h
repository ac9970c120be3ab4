/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A CGI program: found by name, started with pipes for its input and output. It is never killed. It
 * is in a process group of its own, so that a key pressed at the server's terminal does not end it.
 */
#ifndef ISPUPD_PROGRAM_H
#define ISPUPD_PROGRAM_H

#include "base/error.h"
#include "base/file.h"

#include <sys/types.h>

/* One that has been started, and our ends of its pipes, non-blocking. */
struct started {
    pid_t pid;
    int input;  /* owned */
    int output; /* owned */
};

#define STARTED_NONE ((struct started){0, -1, -1})

/* FOLDER/NAME, where that is a file that may be executed; else ERROR_HTTP_NOT_FOUND. */
bool program_find(const char *folder, const char *name, char path[FILE_PATH_SIZE],
                  struct error *err) MUST_CHECK;

/* `environment` is NULL-terminated, borrowed. Standard error stays ours. */
bool program_start(struct started *started, const char *path, char *const *environment,
                   struct error *err) MUST_CHECK;

/* Closes our ends; whoever has started it reaps it. For CLEANUP. */
void program_leave(struct started *started);

#endif
