/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The requests of the server to the broker (broker_request.h). The server itself can open and start
 * nothing. Any thread may call; one request runs at a time.
 */
#ifndef ISPUPD_SERVER_BROKER_CLIENT_H
#define ISPUPD_SERVER_BROKER_CLIENT_H

#include "ispupd/environment.h"
#include "ispupd/pages.h"

struct broker_client; /* the connection to the broker */

/* A CGI program that the broker has started. It is never killed. */
struct program {
    uint64_t number;
    int input;  /* owned; our end of its standard input, non-blocking; FD_NONE once closed */
    int output; /* owned; our end of its standard output, non-blocking */
};

#define PROGRAM_NONE ((struct program){0, -1, -1})

/* `socket` is borrowed. */
bool broker_client_open(struct broker_client **broker, int socket, struct error *err) MUST_CHECK;
void broker_client_close(struct broker_client **broker); /* for CLEANUP */

/* ERROR_HTTP_NOT_FOUND without such a program. */
bool broker_client_find(struct broker_client *broker, const char *name,
                        struct error *err) MUST_CHECK;

/* `environment` is what environment_fill makes. */
bool broker_client_start(struct broker_client *broker, const char *name,
                         const struct environment *environment, struct program *program,
                         struct error *err) MUST_CHECK;

/* Whether the program has exited. */
bool broker_client_has_ended(struct broker_client *broker, const struct program *program);

/* Closes our ends. For CLEANUP. */
void broker_client_leave(struct program *program);

/* ERROR_HTTP_NOT_FOUND without such a page. */
bool broker_client_page(struct broker_client *broker, const char *name, struct page *page,
                        struct error *err) MUST_CHECK;

/* Opens both files. They are owned by the caller. */
bool broker_client_certificate(struct broker_client *broker, int *certificate, int *key,
                               struct error *err) MUST_CHECK;

#endif
