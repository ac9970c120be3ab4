/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private Ed25519 keys: made, read and written as unencrypted PKCS#8 PEM (what
 * `openssl genpkey -algorithm ed25519` makes), used to sign. No camera program links this.
 */
#ifndef IMAGE_SIGNING_H
#define IMAGE_SIGNING_H

#include "image/pem.h"
#include "image/signature.h"

/* In memory of our own: CLEANUP(signing_key_wipe). */
struct signing_key {
    unsigned char secret[KEY_SIZE];
    struct public_key public_key;
};

void signing_key_wipe(struct signing_key *key);

bool signing_key_make(struct signing_key *key, struct error *err) MUST_CHECK;

/* One PEM private key, the whole of `pem`. ERROR_CONFIGURATION; the text quotes nothing of it. */
bool signing_key_parse(struct span pem, struct signing_key *key, struct error *err) MUST_CHECK;

/* PEM text with a NUL; the caller wipes it. */
void signing_key_format(const struct signing_key *key, char pem[PEM_TEXT_SIZE]);

/* Reads and parses a key file; nothing of it stays in memory but `key`. */
bool signing_key_read(const char *path, struct signing_key *key, struct error *err) MUST_CHECK;

/* The signature over a descriptor's exact bytes. */
void signing_sign(struct span description, const struct signing_key *key,
                  struct signature *signature);

#endif
