/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checks before a program starts, in the order of docs/ispupd.md: the first failure decides. A
 * request that two readers could read differently is refused.
 */
#ifndef ISPUPD_REQUEST_CHECK_H
#define ISPUPD_REQUEST_CHECK_H

#include "ispupd/head.h"

#include "base/error.h"

#include <stdint.h>

enum { ROUTE_NAME_SIZE = 64 };

enum route_kind { ROUTE_PROGRAM, ROUTE_PAGE };

/* The program or page that an accepted request asks for. */
struct route {
    enum route_kind kind;
    char name[ROUTE_NAME_SIZE]; /* of the program or page; never a path */
    struct span query;          /* borrowed from the head; as it was sent; may be empty */
    bool has_length;
    uint64_t length; /* bytes of the body; 0 without a Content-Length */
    bool is_post;
    bool is_head; /* the reply has no body */
};

/* Fails with ERROR_HTTP_*. `body_limit` is in bytes. */
bool request_check(const struct head *head, uint64_t body_limit, struct route *route,
                   struct error *err) MUST_CHECK;

/* A plain name: no folder, no dot file, nothing to decode. */
bool request_check_is_program_name(struct span name);
bool request_check_is_page_name(struct span name);

/* HTTP/1 and one digit. */
bool request_check_is_version(struct span version);

/* No control character but a tab. */
bool request_check_is_field_value(struct span value);

/* The part of the path that a log may show. It ends before a query that was sent without its `?`.
 * Borrowed from the head; may be empty. */
struct span request_check_loggable_path(const struct head *head);

#endif
