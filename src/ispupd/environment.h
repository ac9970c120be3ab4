/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The environment of a CGI/1.1 program (RFC 3875), with no variable of ispupd itself. The server
 * makes the part that comes from the request. The broker adds the rest, and trusts nothing in the
 * part of the server.
 */
#ifndef ISPUPD_ENVIRONMENT_H
#define ISPUPD_ENVIRONMENT_H

#include "base/address.h"
#include "ispupd/request_check.h"

enum {
    ENVIRONMENT_COUNT = HEAD_FIELDS_LIMIT + 24,
    ENVIRONMENT_TEXT_SIZE = 2 * HEAD_LIMIT + 4096,
};

struct environment {
    char *variables[ENVIRONMENT_COUNT + 1]; /* into `text`; NULL after the last */
    size_t count;
    char text[ENVIRONMENT_TEXT_SIZE]; /* each ended by NUL */
    size_t used;
};

struct environment_peers {
    const struct address *server; /* our end of the connection */
    const struct address *client;
};

/* Overwrites the whole struct: a query or a Referer may hold a password. For CLEANUP; the pointer
 * may be NULL. */
void environment_forget(struct environment **environment);

/* Fills in the part of the request. Fields of one name are joined. `Proxy` and fields that may hold
 * a password are left out. Fails if the variables do not fit. */
bool environment_fill(struct environment *environment, const struct head *head,
                      const struct route *route, const struct environment_peers *peers,
                      struct error *err) MUST_CHECK;

/* Makes the whole environment of the program `name` from the `text` that environment_fill made.
 * `configuration` is the absolute path of the configuration file. ERROR_USAGE if a variable or its
 * value is one that environment_fill never makes. */
bool environment_complete(struct environment *environment, struct span text, struct span name,
                          const char *configuration, struct error *err) MUST_CHECK;

#endif
