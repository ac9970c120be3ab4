/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a request came from: `Referer`, which in the specification's exchange carries the
 * credentials of stage 3, and `Origin`, which tells a form of another site.
 */
#ifndef PROTOCOL_REFERER_H
#define PROTOCOL_REFERER_H

#include "protocol/query.h"

/* `http` or `https`, our own host (equal to `host` as text, letter case folded, a default port
 * dropped on both sides), path exactly `/cgi-bin/update`, a query with credentials, no user part,
 * no fragment. False on anything else; `query` then is as it was. `host` empty: false. */
bool referer_parse(struct span referer, struct span host, struct query *query) MUST_CHECK;

/* Whether an `Origin` (or a `Referer`, whose path then does not matter) is of our own host. */
bool referer_is_own(struct span url, struct span host);

#endif
