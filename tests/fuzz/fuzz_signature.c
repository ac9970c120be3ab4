/* SPDX-License-Identifier: Apache-2.0 */
/* Input: 32 bytes of a public key, a size and that many bytes of a descriptor, then a signature
 * file. The key gets the id of the first signature, so that this signature is verified. */
#include "target.h"

#include "image/signature.h"
#include "input.h"

static void try_key(struct span key_bytes, struct span description,
                    const struct signature_set *signatures)
{
    unsigned char bytes[KEY_SIZE] = {0};
    struct error err = ERROR_EMPTY;
    struct key_set keys = {.count = 1};

    for (size_t i = 0; i < key_bytes.size; i++)
        bytes[i] = key_bytes.data[i];
    key_from_bytes(bytes, &keys.keys[0]);
    keys.keys[0].id = signatures->signatures[0].id;
    if (!signature_check(description, signatures, &keys, &err))
        target_expect_reason(&err);
    keys.count = 0;
    target_expect(!signature_check(description, signatures, &keys, &err),
                  "without a key no signature is good");
}

void target_run(struct span input)
{
    struct span key = input_bytes(&input, KEY_SIZE);
    struct span description = input_piece(&input);
    char again[SIGNATURE_TEXT_LIMIT];
    struct error err = ERROR_EMPTY;
    struct signature_set signatures;

    if (!signature_parse(input, &signatures, &err)) {
        target_expect_reason(&err);
        return;
    }
    target_expect(signatures.count > 0 && signatures.count <= SIGNATURE_COUNT,
                  "there are 1 to 4 signatures");
    signature_format(&signatures, again, sizeof(again));
    target_expect(span_is(input, again), "a signature file can be written in one way only");
    try_key(key, description, &signatures);
}
