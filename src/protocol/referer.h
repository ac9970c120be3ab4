/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The site that a request came from. `Referer` carries the credentials of stage 3 in the
 * specification's exchange. `Origin` shows if another site's form sent the request.
 */
#ifndef PROTOCOL_REFERER_H
#define PROTOCOL_REFERER_H

#include "protocol/query.h"

/* True if `referer` is `http` or `https`, our own host, path `/cgi-bin/update` and a query with
 * credentials, without a user part or a fragment. The host must equal `host` as text, ignoring
 * letter case and a default port; an empty `host` equals nothing. `query` is written only on
 * success. */
bool referer_parse(struct span referer, struct span host, struct query *query) MUST_CHECK;

/* True if an `Origin` or a `Referer` is on our own host. The path does not matter. */
bool referer_is_own(struct span url, struct span host);

#endif
