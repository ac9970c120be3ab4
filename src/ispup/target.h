/* SPDX-License-Identifier: Apache-2.0 */
/* Which camera is meant: `[http://|https://][USER@]HOST[:PORT]`, HOST a name or an address, an IPv6
 * address in brackets. */
#ifndef ISPUP_TARGET_H
#define ISPUP_TARGET_H

#include "base/error.h"
#include "base/secret.h"
#include "protocol/query.h"

enum { TARGET_HOST_SIZE = 256, TARGET_ORIGIN_SIZE = TARGET_HOST_SIZE + 16 };

struct target {
    const char *word;                /* borrowed: as it was given */
    char user[QUERY_USER_LIMIT + 1]; /* empty: not given */
    char host[TARGET_HOST_SIZE];     /* without brackets and port, for ~/.netrc */
    char label[TARGET_HOST_SIZE];    /* HOST[:PORT], what people call it */
    char origin[TARGET_ORIGIN_SIZE]; /* `http://HOST[:PORT]`, a default port left out */
    bool is_https;
    struct secret password; /* empty: not known yet */
};

/* ERROR_USAGE. A path, a password, anything else a URL may have is refused. */
bool target_parse(const char *word, struct target *target, struct error *err) MUST_CHECK;
void target_wipe(struct target *target);

/* Whether both are the same camera. */
bool target_is_same(const struct target *one, const struct target *other);

#endif
