/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request's head as it was sent: method, target, version, fields; nothing decoded. It only holds
 * what there is, and counts what it cannot hold; gate.c judges it.
 */
#ifndef ISPUPD_HEAD_H
#define ISPUPD_HEAD_H

#include "base/span.h"

enum {
    HEAD_LIMIT = 16384, /* bytes, from the method to the empty line */
    HEAD_FIELDS_LIMIT = 100,
    HEAD_QUERY_LIMIT = 1024,
    HEAD_TARGET_LIMIT = 2048, /* the query and what stands before it */
};

struct head_field {
    struct span name; /* borrowed, like all spans here but the target */
    struct span value;
};

struct head {
    struct span method;
    struct span version;
    char target[HEAD_TARGET_LIMIT + 1]; /* NUL-terminated; cut where target_size is greater */
    size_t target_size;
    struct head_field fields[HEAD_FIELDS_LIMIT];
    size_t field_count; /* may be greater than the limit: those are not held */
    size_t size;        /* of the whole head, in bytes */
    bool is_secure;     /* it came over TLS */
};

void head_set_target(struct head *head, struct span target);
void head_add_field(struct head *head, struct span name, struct span value);

/* Overwrites the target's query, which may hold a password; the path stays. */
void head_forget_query(struct head *head);

/* The first field of this name (letter case folded), NULL without one. */
const struct head_field *head_find(const struct head *head, const char *name);

/* How many fields of this name there are. */
size_t head_count(const struct head *head, const char *name);

#endif
