/* SPDX-License-Identifier: Apache-2.0 */
#include "image/digest.h"

void digest_end(struct digest_context *context, struct digest *digest)
{
    sha256_digest(&context->sha256, sizeof(digest->bytes), digest->bytes);
}

void digest_keyed_end(struct hmac_sha256_ctx *context, struct digest *mac)
{
    hmac_sha256_digest(context, sizeof(mac->bytes), mac->bytes);
}
