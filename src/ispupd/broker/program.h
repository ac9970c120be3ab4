/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A CGI program: found by name, started with pipes for its input and output, never killed. It has
 * its own process group, so Ctrl-C in the terminal of the server does not end it.
 */
#ifndef ISPUPD_BROKER_PROGRAM_H
#define ISPUPD_BROKER_PROGRAM_H

#include "base/error.h"
#include "base/file.h"

#include <sys/types.h>

/* A started program, and our ends of its pipes (non-blocking). */
struct started {
    pid_t pid;
    int input;  /* owned */
    int output; /* owned */
};

#define STARTED_NONE ((struct started){0, -1, -1})

/* FOLDER/NAME if it is an executable file, else ERROR_HTTP_NOT_FOUND. */
bool program_find(const char *folder, const char *name, char path[FILE_PATH_SIZE],
                  struct error *err) MUST_CHECK;

/* `environment` is borrowed and NULL-terminated. Standard error is inherited. */
bool program_start(struct started *started, const char *path, char *const *environment,
                   struct error *err) MUST_CHECK;

/* Closes our ends. The caller reaps the process. For CLEANUP. */
void program_leave(struct started *started);

#endif
