/* SPDX-License-Identifier: Apache-2.0 */
/* A camera's address: `[http://|https://][USER@]HOST[:PORT]`. HOST is a name, an IPv4 address, or
 * an IPv6 address in brackets, with the zone of a link-local one: `[fe80::1%eth0]`. One `/` may
 * follow, as in an address that a browser copies. */
#ifndef ISPUP_REMOTE_TARGET_H
#define ISPUP_REMOTE_TARGET_H

#include "base/error.h"
#include "base/secret.h"
#include "protocol/query.h"

enum { TARGET_HOST_SIZE = 256, TARGET_ORIGIN_SIZE = TARGET_HOST_SIZE + 16 };

struct target {
    const char *word;                /* borrowed: as it was given */
    char user[QUERY_USER_LIMIT + 1]; /* empty: not given */
    char host[TARGET_HOST_SIZE];     /* without brackets and port, for ~/.netrc */
    char label[TARGET_HOST_SIZE];    /* HOST[:PORT], for people */
    char origin[TARGET_ORIGIN_SIZE]; /* `http://HOST[:PORT]`, a default port left out */
    unsigned port;
    unsigned zone; /* index of the network device; 0: none */
    bool is_https;
    struct secret password; /* empty: not known yet */
};

/* ERROR_USAGE. Refuses all else that a URL may have: a path, a password and so on. */
bool target_parse(const char *word, struct target *target, struct error *err) MUST_CHECK;
void target_wipe(struct target *target);

/* Whether both are the same camera. */
bool target_is_same(const struct target *one, const struct target *other);

#endif
