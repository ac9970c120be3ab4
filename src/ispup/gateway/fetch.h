/* SPDX-License-Identifier: Apache-2.0 */
/* Fetches an image once for all cameras that wait for it. */
#ifndef ISPUP_GATEWAY_FETCH_H
#define ISPUP_GATEWAY_FETCH_H

#include "ispup/gateway/gateway.h"

/* Begins, or goes on, unless it is under way or has to wait. `device`: one that wants it now, by
 * whose link it is fetched. */
void fetch_go_on(struct gateway *gateway, const struct device *device, struct cache_file *file);

/* An image that could not be fetched is fetched again for an action that hawkBit wants since then:
 * `seen_at`, milliseconds. */
void fetch_renew(struct cache_file *file, uint64_t seen_at);

/* Whether an action of which nothing was sent needs the file with this key: cache.h. `gateway`: a
 * struct gateway. */
bool fetch_is_needed(const void *gateway, const char *key);

/* The link to fetch it by, and whether the token may go there: only to the server's own origin.
 * Pure. */
bool fetch_choose_url(const struct setup *setup, const struct ddi_artifact *artifact,
                      const char **url, bool *has_token, struct error *err) MUST_CHECK;

#endif
