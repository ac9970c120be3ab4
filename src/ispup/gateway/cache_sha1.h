/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a SHA-1, which Nettle 4 spells in another way than Nettle 3. */
#ifndef ISPUP_GATEWAY_CACHE_SHA1_H
#define ISPUP_GATEWAY_CACHE_SHA1_H

#include <nettle/sha1.h>

void cache_sha1_end(struct sha1_ctx *sha1, unsigned char digest[SHA1_DIGEST_SIZE]);

#endif
