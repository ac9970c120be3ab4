/* SPDX-License-Identifier: Apache-2.0 */
/* Nettle 4's sha256_digest, which has no size, on Nettle 3: no suite of Debian has Nettle 4 yet. */
#ifndef NETTLE4_SHA2_H
#define NETTLE4_SHA2_H

#pragma GCC system_header /* the next line is an extension */
#include_next <nettle/sha2.h>
#include <nettle/version.h>

#if NETTLE_VERSION_MAJOR < 4
#undef sha256_digest
static inline void sha256_digest(struct sha256_ctx *context, uint8_t *digest)
{
    nettle_sha256_digest(context, SHA256_DIGEST_SIZE, digest);
}
#endif

#endif
