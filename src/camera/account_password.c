/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/account_password.h"

#include "base/memory.h"
#include "base/secret.h"

#include <crypt.h>
#include <string.h>

enum { PASSWORD_LIMIT = 63, SALT_SIZE = 16 };

/* Used to hash if no account has a hash. */
static const char dummy_setting[] = "$6$nobodysaccount..$";

bool account_password_is_valid(struct span password)
{
    if (password.size == 0 || password.size > PASSWORD_LIMIT)
        return false;
    for (size_t i = 0; i < password.size; i++)
        if (!byte_is_printable(password.data[i]) || span_has(span_text(" #&"), password.data[i]))
            return false;
    return true;
}

/* Hashes the password with the method and salt of `setting`. False: crypt(3) does not support it.
 */
static bool hash_password(struct span password, const char *setting,
                          char hash[ACCOUNT_HASH_SIZE + 1])
{
    CLEANUP(secret_wipe) struct secret secret;
    struct crypt_data data = {0};
    const char *made = NULL;
    bool copied = false;

    if (span_copy(password, secret.text, sizeof(secret.text)))
        made = crypt_r(secret.text, setting, &data);
    /* crypt(3) reports a failure as NULL or as a text that begins with *. */
    if (made != NULL && made[0] != '*')
        copied = span_copy(span_text(made), hash, ACCOUNT_HASH_SIZE + 1);
    memory_wipe(&data, sizeof(data));
    return copied;
}

/* Method and cost of a hash, without salt and digest: `$6$`, `$6$rounds=9000$`, `$y$j9T$`,
 * `$2b$10$`. The old hashes without a `$` are one kind. */
static struct span kind_of(const char *hash)
{
    enum { SCRYPT_COST_SIZE = 14 };
    struct span text = span_text(hash);
    size_t dollars = 0, wanted = 2, size = 0;

    for (size_t i = 0; i < text.size; i++)
        dollars += text.data[i] == '$';
    if (span_begins(text, "$7$"))
        return span_first(text, SCRYPT_COST_SIZE);
    if (dollars > 3 || span_begins(text, "$2"))
        wanted = 3;
    while (size < text.size && wanted > 0)
        wanted -= text.data[size++] == '$';
    return span_first(text, dollars == 0 ? 0 : size);
}

static bool has_hash(const struct account *account)
{
    return account != NULL && account->hash[0] != '*';
}

static bool is_same_kind(const struct account *one, const struct account *other)
{
    return span_same(kind_of(one->hash), kind_of(other->hash));
}

static bool is_first_of_kind(const struct account_list *list, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (has_hash(&list->accounts[i]) &&
            is_same_kind(&list->accounts[i], &list->accounts[index]))
            return false;
    return has_hash(&list->accounts[index]);
}

static bool is_hash_of(const char *expected, struct span password)
{
    char hash[ACCOUNT_HASH_SIZE + 1];
    bool is_same = hash_password(password, expected, hash) &&
                   secret_equal(span_text(hash), span_text(expected));

    memory_wipe(hash, sizeof(hash));
    return is_same;
}

bool account_password_matches(const struct account_list *list, const struct account *account,
                              struct span password)
{
    bool hashed = false, is_right = false;

    for (size_t i = 0; i < list->count; i++) {
        const struct account *other = &list->accounts[i];
        bool is_own = false, is_same;

        if (!is_first_of_kind(list, i))
            continue;
        is_own = has_hash(account) && is_same_kind(account, other);
        is_same = is_hash_of(is_own ? account->hash : other->hash, password);
        is_right = is_right || (is_own && is_same);
        hashed = true;
    }
    if (!hashed)
        (void)is_hash_of(dummy_setting, password);
    return is_right;
}

bool account_password_set(struct account *account, struct span password, struct error *err)
{
    static const char letters[] =
        "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    char setting[] = "$6$................$";
    unsigned char random[SALT_SIZE];
    char hash[ACCOUNT_HASH_SIZE + 1];

    if (!account_password_is_valid(password))
        return error_set(err, ERROR_USAGE,
                         "password must be 1 to %d printable characters, none of them blank, # "
                         "or &",
                         PASSWORD_LIMIT);
    if (!secret_random(random, sizeof(random), err))
        return false;
    for (size_t i = 0; i < SALT_SIZE; i++)
        setting[3 + i] = letters[random[i] % 64];
    if (!hash_password(password, setting, hash))
        return error_set(err, ERROR_INTERNAL, "internal error: crypt(3) has no SHA-512");
    memcpy(account->hash, hash, sizeof(hash));
    return true;
}
