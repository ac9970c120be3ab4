/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head of a request as it was sent: method, target, version, fields. Nothing is decoded. This
 * module stores the head; request_check.c judges it.
 */
#ifndef ISPUPD_HEAD_H
#define ISPUPD_HEAD_H

#include "base/span.h"

enum {
    HEAD_LIMIT = 16384, /* bytes, from the method to the empty line */
    HEAD_FIELDS_LIMIT = 100,
    HEAD_QUERY_LIMIT = 1024,
    HEAD_TARGET_LIMIT = 2048, /* path and query */
};

struct head_field {
    struct span name; /* borrowed, like every span here */
    struct span value;
};

struct head {
    struct span method;
    struct span version;
    char target[HEAD_TARGET_LIMIT + 1]; /* NUL-terminated; cut if target_size is greater */
    size_t target_size;
    struct head_field fields[HEAD_FIELDS_LIMIT];
    size_t field_count; /* counts all fields, also those over the limit, which are not stored */
    size_t size;        /* bytes of the whole head */
    bool is_ambiguous; /* has bytes that the parts above do not show: another reader may use them */
    bool is_secure;    /* received over TLS */
};

void head_set_target(struct head *head, struct span target);
/* Blanks after the value are no part of it (RFC 9110, 5.5): libmicrohttpd 0.9 delivers them. */
void head_add_field(struct head *head, struct span name, struct span value);

/* Overwrites the query of the target, which may hold a password. The path stays. */
void head_forget_query(struct head *head);

/* The first field of this name (in any case of letters), or NULL. */
const struct head_field *head_find(const struct head *head, const char *name);

/* The number of fields of this name. */
size_t head_count(const struct head *head, const char *name);

#endif
