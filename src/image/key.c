/* SPDX-License-Identifier: Apache-2.0 */
#include "image/key.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "image/digest.h"
#include "image/pem.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void key_from_bytes(const unsigned char bytes[KEY_SIZE], struct public_key *key)
{
    unsigned char der[PEM_DER_LIMIT];
    struct digest digest;

    /* The DER form, so that openssl and sha256sum give the same id. */
    digest_of(span_of(der, pem_der(PEM_PUBLIC, bytes, der)), &digest);
    memcpy(key->bytes, bytes, KEY_SIZE);
    memcpy(key->id.bytes, digest.bytes, KEY_ID_SIZE);
}

/* Little-endian, without the sign bit: all y of the curve's 8 points of small order. With such a
 * key the signature says nothing of the message: anyone can write one. */
static const unsigned char small_orders[][KEY_SIZE] = {
    {0x00}, /* order 4 */
    {0x01}, /* order 1 */
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, /* order 2 */
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05}, /* order 8 */
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a}, /* order 8 */
};

/* The sign bit is left out: RFC 8032 refuses it for x = 0, and not every library does. */
static void take_y(const unsigned char bytes[KEY_SIZE], unsigned char y[KEY_SIZE])
{
    memcpy(y, bytes, KEY_SIZE);
    y[KEY_SIZE - 1] &= 0x7f;
}

static bool has_small_order(const unsigned char bytes[KEY_SIZE])
{
    unsigned char y[KEY_SIZE];

    take_y(bytes, y);
    for (size_t i = 0; i < COUNT_OF(small_orders); i++)
        if (memcmp(y, small_orders[i], KEY_SIZE) == 0)
            return true;
    return false;
}

/* A y of p = 2^255 - 19 or more, which libraries reduce or refuse: a second way to write a point,
 * points of small order among them. */
static bool is_not_canonical(const unsigned char bytes[KEY_SIZE])
{
    unsigned char y[KEY_SIZE];

    take_y(bytes, y);
    for (size_t i = 1; i < KEY_SIZE - 1; i++)
        if (y[i] != 0xff)
            return false;
    return y[KEY_SIZE - 1] == 0x7f && y[0] >= 0xed;
}

static enum pem_kind kind_of(enum key_use use)
{
    return use == KEY_FOR_REPORTS ? PEM_REPORT_PUBLIC : PEM_PUBLIC;
}

bool key_parse_public(struct span pem, enum key_use use, struct public_key *key, struct error *err)
{
    /* Has its own error text, since a camera must never hold a private key. */
    const char *other = pem_other_kind(pem, kind_of(use));
    unsigned char bytes[KEY_SIZE];

    if (other != NULL)
        return error_set(err, ERROR_CONFIGURATION, "%s", other);
    if (!pem_parse(pem, kind_of(use), bytes))
        return error_set(err, ERROR_CONFIGURATION,
                         "is not a PEM file of one Ed25519 public key as openssl writes it%s",
                         pem_fault(pem));
    if (has_small_order(bytes) || is_not_canonical(bytes))
        return error_set(err, ERROR_CONFIGURATION,
                         "is no key that anyone owns: its point has a small order, or is not "
                         "written as RFC 8032 says");
    key_from_bytes(bytes, key);
    return true;
}

void key_format_public(const struct public_key *key, enum key_use use, char *pem, size_t capacity)
{
    char text[PEM_TEXT_SIZE];

    pem_format(kind_of(use), key->bytes, text);
    (void)snprintf(pem, capacity, "%s", text);
}

struct names {
    struct dirent **list; /* owned, from scandir */
    int count;
};

static void names_free(struct names *names)
{
    for (int i = 0; i < names->count; i++)
        free(names->list[i]);
    free(names->list);
    *names = (struct names){NULL, 0};
}

static int is_key_file(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);

    /* No hidden files: some systems add `._NAME.pem` when they copy a key. */
    return size > 4 && entry->d_name[0] != '.' && strcmp(entry->d_name + size - 4, ".pem") == 0;
}

static int by_name(const struct dirent **one, const struct dirent **other)
{
    return strcmp((*one)->d_name, (*other)->d_name);
}

static bool read_key(const char *folder, const char *name, enum key_use use, struct public_key *key,
                     struct error *err)
{
    CLEANUP(memory_free) unsigned char *text = NULL;
    char path[FILE_PATH_SIZE];
    size_t size;

    if (!file_path(folder, name, path, err) || !file_read(path, KEY_FILE_LIMIT, &text, &size, err))
        return false;
    if (!key_parse_public(span_of(text, size), use, key, err))
        return error_prefix(err, "%s", path);
    return true;
}

static bool has_key(const struct key_set *set, const struct public_key *key)
{
    for (size_t i = 0; i < set->count; i++)
        if (memcmp(set->keys[i].bytes, key->bytes, KEY_SIZE) == 0)
            return true;
    return false;
}

/* One bad file must not make the other keys useless: the camera could then take no update. */
static void add_key(const char *folder, const char *name, enum key_use use, const struct log *log,
                    struct key_set *set)
{
    struct error skipped = ERROR_EMPTY;
    struct public_key key;

    if (set->count == KEY_COUNT)
        (void)error_set(&skipped, ERROR_CONFIGURATION, "%s/%s: more than %d keys", folder, name,
                        KEY_COUNT);
    else if (read_key(folder, name, use, &key, &skipped) && !has_key(set, &key))
        set->keys[set->count++] = key;
    if (skipped.kind != ERROR_NONE && log != NULL)
        log_line(log, "key skipped: %s", skipped.text);
}

bool key_set_read(const char *folder, enum key_use use, const struct log *log, struct key_set *set,
                  struct error *err)
{
    CLEANUP(names_free) struct names names = {NULL, 0};
    /* In the order of names: which keys are skipped past KEY_COUNT must not change by chance. */
    int count = scandir(folder, &names.list, is_key_file, by_name);

    if (count < 0)
        return error_system(err, ERROR_CONFIGURATION, "cannot open key folder %s", folder);
    names.count = count;
    set->count = 0;
    for (int i = 0; i < count; i++)
        add_key(folder, names.list[i]->d_name, use, log, set);
    return true;
}

void key_id_format(const struct key_id *id, char text[KEY_ID_TEXT_SIZE + 1])
{
    number_format_hex(span_of(id->bytes, KEY_ID_SIZE), text);
}
