/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The environment of a program, as CGI/1.1 (RFC 3875) says and nothing more: not one variable of
 * the server's own. What speaks to the network makes the request's part of it; what starts programs
 * adds the rest, and believes nothing of that part.
 */
#ifndef ISPUPD_ENVIRONMENT_H
#define ISPUPD_ENVIRONMENT_H

#include "ispupd/address.h"
#include "ispupd/gate.h"

enum {
    ENVIRONMENT_COUNT = HEAD_FIELDS_LIMIT + 24,
    ENVIRONMENT_TEXT_SIZE = 2 * HEAD_LIMIT + 4096,
};

struct environment {
    char *variables[ENVIRONMENT_COUNT + 1]; /* into `text`; NULL behind the last */
    size_t count;
    char text[ENVIRONMENT_TEXT_SIZE]; /* each with its NUL, one behind the other */
    size_t used;
};

struct environment_peers {
    const struct address *server; /* the end of the connection that is ours */
    const struct address *client;
};

/* Overwrites all of it: a query and a Referer may hold a password. For CLEANUP; the pointer may be
 * NULL. */
void environment_forget(struct environment **environment);

/* The request's part. Fields of one name are joined; `Proxy` and what may hold a password are left
 * out. Fails where it does not fit. */
bool environment_fill(struct environment *environment, const struct head *head,
                      const struct route *route, const struct environment_peers *peers,
                      struct error *err) MUST_CHECK;

/* The whole, of what environment_fill has put into `text`, for the program `name`. `configuration`
 * is the configuration file's absolute path. ERROR_USAGE where one of the variables is none that
 * environment_fill makes, or has a value that it never has. */
bool environment_complete(struct environment *environment, struct span text, struct span name,
                          const char *configuration, struct error *err) MUST_CHECK;

#endif
