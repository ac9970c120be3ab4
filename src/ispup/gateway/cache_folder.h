/* SPDX-License-Identifier: Apache-2.0 */
/* The files of the cache: whether one is what hawkBit named, and which go if there is no room. */
#ifndef ISPUP_GATEWAY_CACHE_FOLDER_H
#define ISPUP_GATEWAY_CACHE_FOLDER_H

#include "ispup/gateway/ddi.h"

/* Size and SHA-256, or SHA-1 if the server tells no SHA-256. */
bool cache_folder_is_right(const char *path, const struct ddi_artifact *artifact);

/* Removes entries of `folder`, the oldest first, until at most `limit` bytes are left; those that
 * must stay may be more. A file that is open stays readable for its readers. */
typedef bool cache_folder_must_stay(const void *context, const char *key);
void cache_folder_make_room(const char *folder, uint64_t limit, cache_folder_must_stay *must_stay,
                            const void *context);

#endif
