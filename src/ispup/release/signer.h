/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a command line, and the signatures that they make. */
#ifndef ISPUP_RELEASE_SIGNER_H
#define ISPUP_RELEASE_SIGNER_H

#include "base/option.h"
#include "image/check.h"
#include "image/signing.h"

struct signer {
    struct signing_key keys[SIGNATURE_COUNT];
    size_t count;
    struct key_set public_keys; /* of the same keys */
};

/* Reads the key files that the option names. */
bool signer_open(struct signer *signer, const struct option *files, struct error *err) MUST_CHECK;
void signer_wipe(struct signer *signer); /* for CLEANUP */

/* Adds a signature to the set. It replaces one by the same key. Fails past SIGNATURE_COUNT. */
bool signer_add(struct signature_set *set, const struct signature *signature,
                struct error *err) MUST_CHECK;

/* Adds one signature over `description` for each key. */
bool signer_sign(const struct signer *signer, struct span description, struct signature_set *set,
                 struct error *err) MUST_CHECK;

/* If there are keys, makes the policy require a good signature by one of them. */
void signer_require(const struct signer *signer, struct image_policy *policy);

#endif
