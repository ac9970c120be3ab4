/* SPDX-License-Identifier: Apache-2.0 */
/* Input: a key file, public or private. */
#include "target.h"

#include "image/signing.h"

enum { PEM_CAPACITY = 256 };

static void try_public(struct span input)
{
    struct error err = ERROR_EMPTY;
    struct public_key key;
    char again[PEM_CAPACITY];

    if (!key_parse_public(input, &key, &err)) {
        target_expect_reason(&err);
        return;
    }
    key_format_public(&key, again, sizeof(again));
    target_expect(span_is(input, again), "a public key can be written in one way only");
}

static void try_private(struct span input)
{
    CLEANUP(signing_key_wipe) struct signing_key key;
    struct error err = ERROR_EMPTY;
    char again[PEM_TEXT_SIZE];

    if (!signing_key_parse(input, &key, &err)) {
        target_expect_reason(&err);
        return;
    }
    signing_key_format(&key, again);
    target_expect(span_is(input, again), "a private key can be written in one way only");
}

void target_run(struct span input)
{
    try_public(input);
    try_private(input);
}
