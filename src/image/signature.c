/* SPDX-License-Identifier: Apache-2.0 */
#include "image/signature.h"

#include "base/base64.h"
#include "base/number.h"

#include <nettle/eddsa.h>
#include <stdio.h>

/* At most 4 signatures' ids and 2 accepted ids, so that an error text fits in a reply's line. */
enum { IDS_SIZE = SIGNATURE_COUNT * (KEY_ID_TEXT_SIZE + 1) + 1, ACCEPTED_COUNT = 2 };

static bool parse_id(struct span line, struct key_id *id)
{
    return span_skip(&line, "key = ") && number_parse_hex(line, id->bytes, KEY_ID_SIZE);
}

static bool parse_bytes(struct span line, unsigned char bytes[SIGNATURE_SIZE])
{
    return span_skip(&line, "signature = ") && base64_parse(line, bytes, SIGNATURE_SIZE);
}

static bool malformed(unsigned line, const char *wanted, struct error *err)
{
    return error_set(err, ERROR_IMAGE, "signature: malformed %s: line %u: must be %s",
                     SIGNATURE_FILE, line, wanted);
}

bool signature_parse(struct span text, struct signature_set *set, struct error *err)
{
    struct signature_set found = {.count = 0};
    struct span line;

    if (text.size > SIGNATURE_TEXT_LIMIT)
        return error_set(err, ERROR_IMAGE, "signature: malformed %s: more than %d bytes",
                         SIGNATURE_FILE, SIGNATURE_TEXT_LIMIT);
    /* At least once: an empty text is malformed. */
    do {
        struct signature *signature = &found.signatures[found.count];
        unsigned number = (unsigned)found.count * 2 + 1;

        if (found.count == SIGNATURE_COUNT)
            return error_set(err, ERROR_IMAGE, "signature: malformed %s: more than %d signatures",
                             SIGNATURE_FILE, SIGNATURE_COUNT);
        if (!span_split(&text, '\n', &line) || !parse_id(line, &signature->id))
            return malformed(number, "key = and 16 hex digits", err);
        if (!span_split(&text, '\n', &line) || !parse_bytes(line, signature->bytes))
            return malformed(number + 1, "signature = and 88 characters of base64", err);
        found.count++;
    } while (text.size > 0);
    *set = found;
    return true;
}

void signature_format(const struct signature_set *set, char *text, size_t capacity)
{
    char bytes[BASE64_TEXT_SIZE(SIGNATURE_SIZE) + 1];
    char id[KEY_ID_TEXT_SIZE + 1];
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < set->count; i++) {
        int more;

        key_id_format(&set->signatures[i].id, id);
        base64_format(span_of(set->signatures[i].bytes, SIGNATURE_SIZE), bytes);
        more = snprintf(text + used, capacity - used, "key = %s\nsignature = %s\n", id, bytes);
        if (more < 0 || (size_t)more >= capacity - used)
            return;
        used += (size_t)more;
    }
}

/* Two keys may have the same id, by chance or by intent, so each key with this id is tried. */
bool signature_is_good(struct span text, const struct signature *signature,
                       const struct key_set *keys, bool *is_known)
{
    for (size_t i = 0; i < keys->count; i++) {
        const struct public_key *key = &keys->keys[i];

        if (!span_same(span_of(key->id.bytes, KEY_ID_SIZE),
                       span_of(signature->id.bytes, KEY_ID_SIZE)))
            continue;
        *is_known = true;
        if (ed25519_sha512_verify(key->bytes, text.size, text.data, signature->bytes))
            return true;
    }
    return false;
}

/* Writes the ids, each after a blank. */
static void list_ids(const struct signature_set *set, char text[IDS_SIZE])
{
    char id[KEY_ID_TEXT_SIZE + 1];

    text[0] = '\0';
    for (size_t i = 0; i < set->count; i++) {
        key_id_format(&set->signatures[i].id, id);
        (void)snprintf(text + i * (KEY_ID_TEXT_SIZE + 1), KEY_ID_TEXT_SIZE + 2, " %s", id);
    }
}

void signature_accepted(const struct key_set *keys, char text[SIGNATURE_ACCEPTED_SIZE])
{
    size_t listed = keys->count < ACCEPTED_COUNT ? keys->count : ACCEPTED_COUNT;
    char id[KEY_ID_TEXT_SIZE + 1];
    size_t used = 0;

    (void)snprintf(text, SIGNATURE_ACCEPTED_SIZE, "none");
    for (size_t i = 0; i < listed; i++) {
        key_id_format(&keys->keys[i].id, id);
        used += (size_t)snprintf(text + used, SIGNATURE_ACCEPTED_SIZE - used, "%s%s",
                                 i == 0 ? "" : " ", id);
    }
    if (listed < keys->count)
        (void)snprintf(text + used, SIGNATURE_ACCEPTED_SIZE - used, " and %zu more",
                       keys->count - listed);
}

bool signature_check(struct span description, const struct signature_set *set,
                     const struct key_set *keys, struct error *err)
{
    char ids[IDS_SIZE], accepted[SIGNATURE_ACCEPTED_SIZE];
    bool known = false;

    /* One is enough: the same image can serve cameras with the old key and with the new key. */
    for (size_t i = 0; i < set->count; i++)
        if (signature_is_good(description, &set->signatures[i], keys, &known))
            return true;
    list_ids(set, ids);
    signature_accepted(keys, accepted);
    if (!known)
        return error_set(err, ERROR_IMAGE, "signature: no known key (signed with%s; accepted: %s)",
                         ids, accepted);
    return error_set(err, ERROR_IMAGE,
                     "signature: not good for this ISP-Image.desc (signed with%s; accepted: %s)",
                     ids, accepted);
}
