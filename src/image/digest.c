/* SPDX-License-Identifier: Apache-2.0 */
#include "image/digest.h"

#include "base/memory.h"
#include "base/number.h"

#include <string.h>

_Static_assert(DIGEST_SIZE == SHA256_DIGEST_SIZE, "a digest is a SHA-256");

void digest_begin(struct digest_context *context)
{
    sha256_init(&context->sha256);
}

void digest_add(struct digest_context *context, struct span bytes)
{
    if (bytes.size > 0) /* an empty span may be NULL, which nettle must not get */
        sha256_update(&context->sha256, bytes.size, bytes.data);
}

void digest_of(struct span bytes, struct digest *digest)
{
    struct digest_context context;

    digest_begin(&context);
    digest_add(&context, bytes);
    digest_end(&context, digest);
}

void digest_keyed(const struct digest *key, struct span bytes, struct digest *mac)
{
    struct hmac_sha256_ctx context;

    hmac_sha256_set_key(&context, sizeof(key->bytes), key->bytes);
    hmac_sha256_update(&context, bytes.size, bytes.data);
    digest_keyed_end(&context, mac);
    memory_wipe(&context, sizeof(context));
}

bool digest_same(const struct digest *one, const struct digest *other)
{
    return memcmp(one->bytes, other->bytes, DIGEST_SIZE) == 0;
}

bool digest_parse(struct span text, struct digest *digest)
{
    struct digest found;

    if (!number_parse_hex(text, found.bytes, sizeof(found.bytes)))
        return false;
    *digest = found;
    return true;
}

void digest_format(const struct digest *digest, char text[DIGEST_TEXT_SIZE + 1])
{
    number_format_hex(span_of(digest->bytes, sizeof(digest->bytes)), text);
}
