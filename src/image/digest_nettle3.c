/* SPDX-License-Identifier: Apache-2.0 */
#include "image/digest.h"

void digest_end(struct digest_context *context, struct digest *digest)
{
    sha256_digest(&context->sha256, sizeof(digest->bytes), digest->bytes);
}
