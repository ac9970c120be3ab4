/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ed25519 public keys (RFC 8032, RFC 8410) in PEM files as `openssl pkey -pubout` makes them, one
 * key in each file. Private keys are in image/signing.h, which no camera program links.
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
    KEY_COUNT = 32, /* the most keys that are read from one folder */
};

/* The first 8 bytes of the SHA-256 of the key's 44-byte SubjectPublicKeyInfo. It only selects a
 * key; it proves nothing. */
struct key_id {
    unsigned char bytes[KEY_ID_SIZE];
};

/* A key of one use is refused for the other: what signs images signs nothing else. */
enum key_use { KEY_FOR_IMAGES, KEY_FOR_REPORTS };

struct public_key {
    unsigned char bytes[KEY_SIZE];
    struct key_id id;
};

struct key_set {
    struct public_key keys[KEY_COUNT];
    size_t count;
};

void key_from_bytes(const unsigned char bytes[KEY_SIZE], struct public_key *key);

/* The whole of `pem` is one PEM SubjectPublicKeyInfo of that use. A key of small order and one that
 * is not canonical are refused. Fails with ERROR_CONFIGURATION. */
bool key_parse_public(struct span pem, enum key_use use, struct public_key *key,
                      struct error *err) MUST_CHECK;

/* Writes PEM text and a NUL; a `capacity` of 256 is enough. */
void key_format_public(const struct public_key *key, enum key_use use, char *pem, size_t capacity);

/* Reads all `*.pem` files of a folder, keys of that use, in the order of their names. A file that
 * cannot be read or parsed is skipped, and logged if `log` is not NULL. The same key under a second
 * name counts once. Fails if the folder cannot be opened. */
bool key_set_read(const char *folder, enum key_use use, const struct log *log, struct key_set *set,
                  struct error *err) MUST_CHECK;

/* Writes 16 lower-case hex digits and a NUL. */
void key_id_format(const struct key_id *id, char text[KEY_ID_TEXT_SIZE + 1]);

#endif
