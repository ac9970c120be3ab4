/* SPDX-License-Identifier: Apache-2.0 */
/* Nettle 4's hmac_sha256_digest, which has no size, on Nettle 3. */
#ifndef NETTLE4_HMAC_H
#define NETTLE4_HMAC_H

#pragma GCC system_header /* the next line is an extension */
#include_next <nettle/hmac.h>
#include <nettle/version.h>

#if NETTLE_VERSION_MAJOR < 4
#undef hmac_sha256_digest
static inline void hmac_sha256_digest(struct hmac_sha256_ctx *context, uint8_t *digest)
{
    nettle_hmac_sha256_digest(context, SHA256_DIGEST_SIZE, digest);
}
#endif

#endif
