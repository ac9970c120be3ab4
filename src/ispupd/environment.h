/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The environment of a program, as CGI/1.1 (RFC 3875) says and nothing more: not one variable of
 * the server's own. Fields of one name are joined; `Proxy` and what may hold a password are left
 * out.
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
    char text[ENVIRONMENT_TEXT_SIZE];
    size_t used;
};

struct environment_peers {
    const struct address *server; /* the end of the connection that is ours */
    const struct address *client;
};

/* `configuration` is the configuration file's absolute path. Fails where it does not fit. */
bool environment_fill(struct environment *environment, const struct head *head,
                      const struct route *route, const struct environment_peers *peers,
                      const char *configuration, struct error *err) MUST_CHECK;

#endif
