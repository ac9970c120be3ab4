/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is refused before a program starts, in docs/ispupd.md's order: the first that applies
 * decides. Whatever two readers could take differently is refused here.
 */
#ifndef ISPUPD_GATE_H
#define ISPUPD_GATE_H

#include "ispupd/head.h"

#include "base/error.h"

#include <stdint.h>

enum { ROUTE_NAME_SIZE = 64 };

enum route_kind { ROUTE_PROGRAM, ROUTE_PAGE };

/* Where an accepted request goes. */
struct route {
    enum route_kind kind;
    char name[ROUTE_NAME_SIZE]; /* of the program or of the page's file; never a path */
    struct span query;          /* borrowed from the head; as sent; may be empty */
    uint64_t length;            /* bytes of the body */
    bool is_post;
    bool is_head; /* the reply's body is left out */
};

/* Kinds: ERROR_HTTP_*. `body_limit` in bytes. */
bool gate_check(const struct head *head, uint64_t body_limit, struct route *route,
                struct error *err) MUST_CHECK;

/* One plain name: no folder, no dot file, nothing that would have to be decoded. */
bool gate_is_program_name(struct span name);
bool gate_is_page_name(struct span name);

/* HTTP/1 and one digit. */
bool gate_is_version(struct span version);

/* No control character but a tab. */
bool gate_is_field_value(struct span value);

/* The path as far as a log may show it: what a query, sent without its `?`, might hold is left out.
 * Borrowed from the head; may be empty. */
struct span gate_loggable_path(const struct head *head);

#endif
