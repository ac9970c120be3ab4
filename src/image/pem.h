/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key files: the one PEM form in which `openssl` writes an Ed25519 key (RFC 7468, RFC 8410). Both
 * kinds are a fixed head and 32 bytes, and fit on one line of base64; nothing else is a key file.
 */
#ifndef IMAGE_PEM_H
#define IMAGE_PEM_H

#include "base/span.h"

enum {
    PEM_KEY_SIZE = 32,
    PEM_TEXT_SIZE = 128, /* room for either kind and a NUL */
    PEM_DER_LIMIT = 48,
};

enum pem_kind {
    PEM_PUBLIC,  /* SubjectPublicKeyInfo */
    PEM_PRIVATE, /* PKCS#8, unencrypted, without the public key */
};

/* The whole of `text`. `key` is written only on success; no copy is left behind. */
bool pem_parse(struct span text, enum pem_kind kind, unsigned char key[PEM_KEY_SIZE]) MUST_CHECK;

void pem_format(enum pem_kind kind, const unsigned char key[PEM_KEY_SIZE],
                char text[PEM_TEXT_SIZE]);

/* The DER inside: head and key. Returns its size. */
size_t pem_der(enum pem_kind kind, const unsigned char key[PEM_KEY_SIZE],
               unsigned char der[PEM_DER_LIMIT]);

#endif
