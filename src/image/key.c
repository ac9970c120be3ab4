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

    digest_of(span_of(der, pem_der(PEM_PUBLIC, bytes, der)), &digest);
    memcpy(key->bytes, bytes, KEY_SIZE);
    memcpy(key->id.bytes, digest.bytes, KEY_ID_SIZE);
}

bool key_parse_public(struct span pem, struct public_key *key, struct error *err)
{
    unsigned char bytes[KEY_SIZE];

    if (span_begins(pem, "-----BEGIN PRIVATE KEY-----"))
        return error_set(err, ERROR_CONFIGURATION, "is a private key, a public one belongs here");
    if (!pem_parse(pem, PEM_PUBLIC, bytes))
        return error_set(err, ERROR_CONFIGURATION,
                         "is no PEM file of one Ed25519 public key as openssl writes it");
    key_from_bytes(bytes, key);
    return true;
}

void key_format_public(const struct public_key *key, char *pem, size_t capacity)
{
    char text[PEM_TEXT_SIZE];

    pem_format(PEM_PUBLIC, key->bytes, text);
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

    return size > 4 && entry->d_name[0] != '.' && strcmp(entry->d_name + size - 4, ".pem") == 0;
}

static int by_name(const struct dirent **one, const struct dirent **other)
{
    return strcmp((*one)->d_name, (*other)->d_name);
}

static bool read_key(const char *folder, const char *name, struct public_key *key,
                     struct error *err)
{
    CLEANUP(memory_free) unsigned char *text = NULL;
    char path[FILE_PATH_SIZE];
    size_t size;

    if (!file_path(folder, name, path, err) || !file_read(path, KEY_FILE_LIMIT, &text, &size, err))
        return false;
    if (!key_parse_public(span_of(text, size), key, err))
        return error_prefix(err, "%s", path);
    return true;
}

static void add_key(const char *folder, const char *name, const struct log *log,
                    struct key_set *set)
{
    struct error skipped = ERROR_EMPTY;

    if (set->count == KEY_COUNT)
        (void)error_set(&skipped, ERROR_CONFIGURATION, "%s/%s: more than %d keys", folder, name,
                        KEY_COUNT);
    else if (read_key(folder, name, &set->keys[set->count], &skipped))
        set->count++;
    if (skipped.kind != ERROR_NONE && log != NULL)
        log_line(log, "key skipped: %s", skipped.text);
}

bool key_set_read(const char *folder, const struct log *log, struct key_set *set, struct error *err)
{
    CLEANUP(names_free) struct names names = {NULL, 0};
    int count = scandir(folder, &names.list, is_key_file, by_name);

    if (count < 0)
        return error_system(err, ERROR_CONFIGURATION, "cannot open key folder %s", folder);
    names.count = count;
    set->count = 0;
    for (int i = 0; i < count; i++)
        add_key(folder, names.list[i]->d_name, log, set);
    return true;
}

void key_id_format(const struct key_id *id, char text[KEY_ID_TEXT_SIZE + 1])
{
    number_format_hex(span_of(id->bytes, KEY_ID_SIZE), text);
}
