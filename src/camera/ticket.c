/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/ticket.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/secret.h"
#include "camera/account.h"
#include "camera/run_folder.h"
#include "image/digest.h"
#include "protocol/query.h"

#include <stdio.h>
#include <string.h>

enum {
    KEY_SIZE = DIGEST_SIZE,
    NUMBER_SIZE = 20, /* UINT64_MAX in decimal */
    ADDRESS_SIZE = 64,
    INPUT_SIZE = NUMBER_SIZE + QUERY_USER_LIMIT + QUERY_PASSWORD_LIMIT + ACCOUNT_HASH_SIZE +
                 ADDRESS_SIZE + 5,
};

static void wipe_key(struct digest *key)
{
    memory_wipe(key, sizeof(*key));
}

static bool read_key(const char *run, struct digest *key)
{
    CLEANUP(memory_free) unsigned char *data = NULL;
    size_t size;
    bool is_whole;

    if (!run_folder_read(run, "ticket-key", KEY_SIZE, &data, &size))
        return false;
    is_whole = size == KEY_SIZE;
    if (is_whole)
        memcpy(key->bytes, data, KEY_SIZE);
    memory_wipe(data, size);
    return is_whole;
}

/* Two processes may both make one: the tickets of the first key are then refused, and their clients
 * get new ones. */
static bool make_key(const char *run, struct digest *key, struct error *err)
{
    return secret_random_at_once(key->bytes, KEY_SIZE, err) &&
           run_folder_write(run, "ticket-key", span_of(key->bytes, KEY_SIZE), err);
}

/* Without a hash there is no password that the ticket proves: the key alone would make one. */
static bool has_hash(const struct ticket_login *login)
{
    return login->hash[0] != '\0' && login->hash[0] != '*';
}

/* No part holds a line end, so two different logins never give the same input. It has always the
 * same size: the time must not tell which names exist. */
static bool compute(const struct digest *key, uint64_t end, const struct ticket_login *login,
                    struct digest *mac)
{
    char input[INPUT_SIZE + 1] = {0};
    int size = snprintf(input, sizeof(input), "%llu\n%.*s\n%s\n%.*s\n%.*s", (unsigned long long)end,
                        (int)login->user.size, (const char *)login->user.data, login->hash,
                        (int)login->password.size, (const char *)login->password.data,
                        (int)login->address.size, (const char *)login->address.data);
    bool fits = size > 0 && (size_t)size < sizeof(input);

    digest_keyed(key, span_of(input, sizeof(input)), mac);
    memory_wipe(input, sizeof(input));
    return fits && has_hash(login);
}

bool ticket_make(const char *run, const struct ticket_login *login, char text[TICKET_TEXT_SIZE + 1],
                 struct error *err)
{
    CLEANUP(wipe_key) struct digest key;
    uint64_t end = clock_boot_seconds() + TICKET_SECONDS;
    char digits[DIGEST_TEXT_SIZE + 1];
    struct digest mac;

    if (!run_folder_make(run, err) || (!read_key(run, &key) && !make_key(run, &key, err)))
        return false;
    if (!compute(&key, end, login, &mac))
        return error_set(err, ERROR_INTERNAL, "internal error: no ticket for such a login");
    digest_format(&mac, digits);
    (void)snprintf(text, TICKET_TEXT_SIZE + 1, "%llu-%s", (unsigned long long)end, digits);
    return true;
}

static bool is_current(uint64_t end)
{
    uint64_t now = clock_boot_seconds();

    return end > now && end - now <= TICKET_SECONDS;
}

bool ticket_is_for(const char *run, const struct ticket_login *login, struct span text)
{
    CLEANUP(wipe_key) struct digest key;
    struct digest given, mac;
    struct span number;
    uint64_t end;

    if (!span_split(&text, '-', &number) || !number_parse(number, UINT64_MAX, &end) ||
        !digest_parse(text, &given) || !is_current(end))
        return false;
    return read_key(run, &key) && compute(&key, end, login, &mac) &&
           secret_equal(span_of(mac.bytes, DIGEST_SIZE), span_of(given.bytes, DIGEST_SIZE));
}
