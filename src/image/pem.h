/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key files: exactly the PEM text that `openssl` writes for an Ed25519 key (RFC 7468, RFC 8410). A
 * public and a private key are both a fixed head and 32 bytes, one line of base64. An editor's byte
 * order mark, CR LF and a missing last line end are accepted. Everything else is refused.
 */
#ifndef IMAGE_PEM_H
#define IMAGE_PEM_H

#include "base/span.h"

enum {
    PEM_KEY_SIZE = 32,
    PEM_TEXT_SIZE = 160, /* room for each kind and a NUL */
    PEM_DER_LIMIT = 48,
};

enum pem_kind {
    PEM_PUBLIC,  /* SubjectPublicKeyInfo */
    PEM_PRIVATE, /* PKCS#8, unencrypted, without the public key */
    /* The same DER under labels of our own: keys that sign reports, and no image. */
    PEM_REPORT_PUBLIC,
    PEM_REPORT_PRIVATE,
    PEM_KIND_COUNT,
};

/* The whole of `text` is one key. `key` is written only on success. Temporary copies are wiped. */
bool pem_parse(struct span text, enum pem_kind kind, unsigned char key[PEM_KEY_SIZE]) MUST_CHECK;

/* `text` without a byte order mark. */
struct span pem_text(struct span text);

/* If the text is a key of another kind: what it is, and what belongs there. Else NULL. */
const char *pem_other_kind(struct span text, enum pem_kind wanted);

/* Why the text is no key file, to be added to an error: ": ..."; empty if its form is right. */
const char *pem_fault(struct span text);

void pem_format(enum pem_kind kind, const unsigned char key[PEM_KEY_SIZE],
                char text[PEM_TEXT_SIZE]);

/* Writes the DER inside the PEM text: head and key. Returns its size. */
size_t pem_der(enum pem_kind kind, const unsigned char key[PEM_KEY_SIZE],
               unsigned char der[PEM_DER_LIMIT]);

#endif
