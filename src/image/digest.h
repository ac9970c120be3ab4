/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 digests. They are not secret: comparing them may take any time. An HMAC is a secret's: it
 * is compared with secret_equal. */
#ifndef IMAGE_DIGEST_H
#define IMAGE_DIGEST_H

#include "base/span.h"

#include <nettle/hmac.h>
#include <nettle/sha2.h>

enum { DIGEST_SIZE = 32, DIGEST_TEXT_SIZE = 64 };

struct digest {
    unsigned char bytes[DIGEST_SIZE];
};

struct digest_context {
    struct sha256_ctx sha256;
};

void digest_begin(struct digest_context *context);
void digest_add(struct digest_context *context, struct span bytes);
void digest_end(struct digest_context *context, struct digest *digest); /* digest_nettleN.c */

void digest_of(struct span bytes, struct digest *digest);

/* HMAC-SHA-256 (RFC 2104) of `bytes`, with a key of DIGEST_SIZE bytes. */
void digest_keyed(const struct digest *key, struct span bytes, struct digest *mac);
void digest_keyed_end(struct hmac_sha256_ctx *context, struct digest *mac); /* digest_nettleN.c */

bool digest_same(const struct digest *one, const struct digest *other);

/* Reads exactly 64 lower-case hex digits; writes them with a NUL. */
bool digest_parse(struct span text, struct digest *digest) MUST_CHECK;
void digest_format(const struct digest *digest, char text[DIGEST_TEXT_SIZE + 1]);

#endif
