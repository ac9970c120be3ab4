/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/ticket.h"

#include "base/clock.h"
#include "base/file.h"
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
    INPUT_SIZE = NUMBER_SIZE + QUERY_USER_LIMIT + QUERY_PASSWORD_LIMIT + ACCOUNT_HASH_SIZE + 4,
};

static void wipe_key(struct digest *key)
{
    memory_wipe(key, sizeof(*key));
}

static bool read_key(const char *path, struct digest *key)
{
    CLEANUP(memory_free) unsigned char *data = NULL;
    struct error ignored = ERROR_EMPTY;
    size_t size;

    if (!file_read(path, KEY_SIZE, &data, &size, &ignored) || size != KEY_SIZE)
        return false;
    memcpy(key->bytes, data, KEY_SIZE);
    memory_wipe(data, KEY_SIZE);
    return true;
}

/* Two processes may both make one: the tickets of the first key are then refused, and their clients
 * get new ones. */
static bool make_key(const char *path, struct digest *key, struct error *err)
{
    return secret_random(key->bytes, KEY_SIZE, err) &&
           file_replace(path, span_of(key->bytes, KEY_SIZE), 0600, err);
}

/* No part holds a line end, so two different logins never give the same input. */
static bool compute(const struct digest *key, uint64_t end, const struct ticket_login *login,
                    struct digest *mac)
{
    char input[INPUT_SIZE + 1];
    int size = snprintf(input, sizeof(input), "%llu\n%.*s\n%s\n%.*s", (unsigned long long)end,
                        (int)login->user.size, (const char *)login->user.data, login->hash,
                        (int)login->password.size, (const char *)login->password.data);
    bool fits = size > 0 && (size_t)size < sizeof(input);

    if (fits)
        digest_keyed(key, span_of(input, (size_t)size), mac);
    memory_wipe(input, sizeof(input));
    return fits;
}

bool ticket_make(const char *run, const struct ticket_login *login, char text[TICKET_TEXT_SIZE + 1],
                 struct error *err)
{
    CLEANUP(wipe_key) struct digest key;
    uint64_t end = clock_boot_seconds() + TICKET_SECONDS;
    char path[FILE_PATH_SIZE], digits[DIGEST_TEXT_SIZE + 1];
    struct digest mac;

    if (!run_folder_make(run, err) || !file_path(run, "ticket-key", path, err) ||
        (!read_key(path, &key) && !make_key(path, &key, err)))
        return false;
    if (!compute(&key, end, login, &mac))
        return error_set(err, ERROR_INTERNAL, "internal error: a login is too long for a ticket");
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
    struct error ignored = ERROR_EMPTY;
    struct digest given, mac;
    char path[FILE_PATH_SIZE];
    struct span number;
    uint64_t end;

    if (!span_split(&text, '-', &number) || !number_parse(number, UINT64_MAX, &end) ||
        !digest_parse(text, &given) || !is_current(end))
        return false;
    return file_path(run, "ticket-key", path, &ignored) && read_key(path, &key) &&
           compute(&key, end, login, &mac) &&
           secret_equal(span_of(mac.bytes, DIGEST_SIZE), span_of(given.bytes, DIGEST_SIZE));
}
