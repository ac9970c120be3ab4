/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 digests. They are not secret: comparing them may take any time. */
#ifndef IMAGE_DIGEST_H
#define IMAGE_DIGEST_H

#include "base/span.h"

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
bool digest_same(const struct digest *one, const struct digest *other);

/* Reads exactly 64 lower-case hex digits; writes them with a NUL. */
bool digest_parse(struct span text, struct digest *digest) MUST_CHECK;
void digest_format(const struct digest *digest, char text[DIGEST_TEXT_SIZE + 1]);

#endif
