/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/release/signer.h"

#include "base/memory.h"

#include <string.h>

bool signer_open(struct signer *signer, const struct option *files, struct error *err)
{
    for (size_t i = 0; i < files->count; i++) {
        if (!signing_key_read(files->values[i], KEY_FOR_IMAGES, &signer->keys[i], err))
            return false;
        signer->public_keys.keys[i] = signer->keys[i].public_key;
        signer->count = i + 1;
        signer->public_keys.count = i + 1;
    }
    return true;
}

void signer_wipe(struct signer *signer)
{
    memory_wipe(signer, sizeof(*signer));
}

bool signer_add(struct signature_set *set, const struct signature *signature, struct error *err)
{
    for (size_t i = 0; i < set->count; i++)
        if (memcmp(set->signatures[i].id.bytes, signature->id.bytes, KEY_ID_SIZE) == 0) {
            set->signatures[i] = *signature;
            return true;
        }
    if (set->count == SIGNATURE_COUNT)
        return error_set(err, ERROR_IMAGE,
                         "signature: the image has %d signatures already, the most it can have",
                         SIGNATURE_COUNT);
    set->signatures[set->count++] = *signature;
    return true;
}

bool signer_sign(const struct signer *signer, struct span description, struct signature_set *set,
                 struct error *err)
{
    struct signature signature;

    for (size_t i = 0; i < signer->count; i++) {
        signing_sign(description, &signer->keys[i], &signature);
        if (!signer_add(set, &signature, err))
            return false;
    }
    return true;
}

void signer_require(const struct signer *signer, struct image_policy *policy)
{
    if (signer->count == 0)
        return;
    policy->signature_required = true;
    policy->keys = &signer->public_keys;
}
