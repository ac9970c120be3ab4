/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `ISP-Image.desc.sig`: 1 to 4 Ed25519 signatures over the descriptor's exact bytes
 * (docs/image-format.md, "The signature"). One good signature by a known key is enough.
 */
#ifndef IMAGE_SIGNATURE_H
#define IMAGE_SIGNATURE_H

#include "image/key.h"

#define SIGNATURE_FILE "ISP-Image.desc.sig"

enum {
    SIGNATURE_SIZE = 64,
    SIGNATURE_COUNT = 4,
    SIGNATURE_TEXT_LIMIT = 1024, /* bytes of the file */
    SIGNATURE_ACCEPTED_SIZE = 64,
};

struct signature {
    struct key_id id;
    unsigned char bytes[SIGNATURE_SIZE];
};

struct signature_set {
    struct signature signatures[SIGNATURE_COUNT];
    size_t count;
};

/* Exactly two lines for each signature, nothing else. ERROR_IMAGE, "signature: malformed ...". */
bool signature_parse(struct span text, struct signature_set *set, struct error *err) MUST_CHECK;

/* Writes the text and a NUL; a `capacity` of SIGNATURE_TEXT_LIMIT is enough for 4 signatures. */
void signature_format(const struct signature_set *set, char *text, size_t capacity);

/* The ids of the accepted keys, for a person: "ID ID and 3 more", or "none". */
void signature_accepted(const struct key_set *keys, char text[SIGNATURE_ACCEPTED_SIZE]);

/* Whether one of the keys made this signature of exactly `text`. `is_known`: set if a key has the
 * signature's id. */
bool signature_is_good(struct span text, const struct signature *signature,
                       const struct key_set *keys, bool *is_known);

/* Succeeds if one signature of `description` was made with one of the keys. ERROR_IMAGE:
 * "signature: no known key (...)", "signature: not good for this ISP-Image.desc (...)". */
bool signature_check(struct span description, const struct signature_set *set,
                     const struct key_set *keys, struct error *err) MUST_CHECK;

#endif
