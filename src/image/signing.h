/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private Ed25519 keys: makes them, reads and writes them as unencrypted PKCS#8 PEM (as `openssl
 * genpkey -algorithm ed25519` does; those for reports have a label of their own), and signs with
 * them. No camera program links this module.
 */
#ifndef IMAGE_SIGNING_H
#define IMAGE_SIGNING_H

#include "image/pem.h"
#include "image/signature.h"

/* Declare it with CLEANUP(signing_key_wipe). */
struct signing_key {
    unsigned char secret[KEY_SIZE];
    struct public_key public_key;
};

void signing_key_wipe(struct signing_key *key);

bool signing_key_make(struct signing_key *key, struct error *err) MUST_CHECK;

/* The whole of `pem` is one private key of that use. ERROR_CONFIGURATION; the text quotes nothing
 * of it. */
bool signing_key_parse(struct span pem, enum key_use use, struct signing_key *key,
                       struct error *err) MUST_CHECK;

/* Writes PEM text and a NUL; the caller wipes it. */
void signing_key_format(const struct signing_key *key, enum key_use use, char pem[PEM_TEXT_SIZE]);

/* Reads and parses a key file. All of its text is wiped from memory except `key`. */
bool signing_key_read(const char *path, enum key_use use, struct signing_key *key,
                      struct error *err) MUST_CHECK;

/* Signs exactly these bytes: a descriptor, or what stands for a report. */
void signing_sign(struct span text, const struct signing_key *key, struct signature *signature);

#endif
