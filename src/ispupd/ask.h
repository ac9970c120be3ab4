/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's side of its errands (errand.h): it can open nothing and start nothing itself. One
 * errand at a time; any thread may ask.
 */
#ifndef ISPUPD_ASK_H
#define ISPUPD_ASK_H

#include "ispupd/environment.h"
#include "ispupd/pages.h"

struct ask; /* the way to the broker */

/* A CGI program that the broker has started for us. It is never killed. */
struct program {
    uint64_t number;
    int input;  /* owned; our end of its standard input, non-blocking; FD_NONE once closed */
    int output; /* owned; our end of its standard output, non-blocking */
};

#define PROGRAM_NONE ((struct program){0, -1, -1})

/* `socket` is borrowed. */
bool ask_open(struct ask **ask, int socket, struct error *err) MUST_CHECK;
void ask_close(struct ask **ask); /* for CLEANUP */

/* ERROR_HTTP_NOT_FOUND without such a program. */
bool ask_find(struct ask *ask, const char *name, struct error *err) MUST_CHECK;

/* `environment` is what environment_fill makes. */
bool ask_start(struct ask *ask, const char *name, const struct environment *environment,
               struct program *program, struct error *err) MUST_CHECK;

/* Whether it has exited. */
bool ask_has_ended(struct ask *ask, const struct program *program);

/* Closes our ends. For CLEANUP. */
void ask_leave(struct program *program);

/* ERROR_HTTP_NOT_FOUND without such a page. */
bool ask_page(struct ask *ask, const char *name, struct page *page, struct error *err) MUST_CHECK;

/* The files, owned by the caller. */
bool ask_certificate(struct ask *ask, int *certificate, int *key, struct error *err) MUST_CHECK;

#endif
