/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ed25519 public keys (RFC 8032, RFC 8410): PEM files as `openssl pkey -pubout` makes them, one key
 * each. Private keys are image/signing.h's, which no camera program links.
 */
#ifndef IMAGE_KEY_H
#define IMAGE_KEY_H

#include "base/error.h"
#include "base/log.h"
#include "base/span.h"

enum {
    KEY_SIZE = 32,
    KEY_ID_SIZE = 8,
    KEY_ID_TEXT_SIZE = 16,
    KEY_FILE_LIMIT = 16384,
    KEY_COUNT = 32, /* keys in a folder */
};

/* The id is the first 8 bytes of the SHA-256 of the key's 44-byte SubjectPublicKeyInfo. It only
 * chooses: it proves nothing. */
struct key_id {
    unsigned char bytes[KEY_ID_SIZE];
};

struct public_key {
    unsigned char bytes[KEY_SIZE];
    struct key_id id;
};

struct key_set {
    struct public_key keys[KEY_COUNT];
    size_t count;
};

void key_from_bytes(const unsigned char bytes[KEY_SIZE], struct public_key *key);

/* One PEM SubjectPublicKeyInfo, the whole of `pem`. ERROR_CONFIGURATION. */
bool key_parse_public(struct span pem, struct public_key *key, struct error *err) MUST_CHECK;

/* PEM text with a NUL; `capacity` of 256 is enough. */
void key_format_public(const struct public_key *key, char *pem, size_t capacity);

/* All `*.pem` of a folder in the order of their names; one that does not parse is logged (where
 * `log` is not NULL) and skipped. A missing folder fails. */
bool key_set_read(const char *folder, const struct log *log, struct key_set *set,
                  struct error *err) MUST_CHECK;

/* 16 lower-case hex digits and a NUL. */
void key_id_format(const struct key_id *id, char text[KEY_ID_TEXT_SIZE + 1]);

#endif
