/* SPDX-License-Identifier: Apache-2.0 */
/* Input: a key file, public or private. */
#include "target.h"

#include "image/signing.h"

enum { PEM_CAPACITY = 256 };

/* Whether a file is this text, except for a byte order mark, CR before LF, and the last LF. */
static bool is_written(struct span file, const char *text)
{
    struct span rest = pem_text(file);

    for (; *text != '\0'; text++) {
        if (*text == '\n' && text[1] == '\0' && rest.size == 0)
            return true;
        if (*text == '\n')
            (void)span_skip(&rest, "\r");
        if (rest.size == 0 || rest.data[0] != (unsigned char)*text)
            return false;
        rest = span_from(rest, 1);
    }
    return rest.size == 0;
}

static void try_public(struct span input, enum key_use use)
{
    struct error err = ERROR_EMPTY;
    struct public_key key;
    char again[PEM_CAPACITY];

    if (!key_parse_public(input, use, &key, &err)) {
        target_expect_reason(&err);
        return;
    }
    key_format_public(&key, use, again, sizeof(again));
    target_expect(is_written(input, again), "a public key can be written in one way only");
}

static void try_private(struct span input, enum key_use use)
{
    CLEANUP(signing_key_wipe) struct signing_key key;
    struct error err = ERROR_EMPTY;
    char again[PEM_TEXT_SIZE];

    if (!signing_key_parse(input, use, &key, &err)) {
        target_expect_reason(&err);
        return;
    }
    signing_key_format(&key, use, again);
    target_expect(is_written(input, again), "a private key can be written in one way only");
}

void target_run(struct span input)
{
    for (enum key_use use = KEY_FOR_IMAGES; use <= KEY_FOR_REPORTS; use++) {
        try_public(input, use);
        try_private(input, use);
    }
}
