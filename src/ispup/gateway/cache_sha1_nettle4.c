/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/cache_sha1.h"

void cache_sha1_end(struct sha1_ctx *sha1, unsigned char digest[SHA1_DIGEST_SIZE])
{
    sha1_digest(sha1, digest);
}
