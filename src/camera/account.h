/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The accounts file: lines `name:level:hash`, with hashes as crypt(3) makes them. There is no
 * default account and no default password.
 */
#ifndef CAMERA_ACCOUNT_H
#define CAMERA_ACCOUNT_H

#include "base/error.h"
#include "base/span.h"

enum account_level { ACCOUNT_USER, ACCOUNT_ROOT };

enum {
    ACCOUNT_NAME_SIZE = 31,
    ACCOUNT_HASH_SIZE = 255,
    ACCOUNT_COUNT = 256,
    ACCOUNT_LIMIT = 65536
};

struct account {
    char name[ACCOUNT_NAME_SIZE + 1];
    enum account_level level;
    char hash[ACCOUNT_HASH_SIZE + 1]; /* `*`: only the web server checks this password */
};

struct account_list {
    struct account accounts[ACCOUNT_COUNT];
    size_t count;
};

/* A missing file is an empty list. `trusted`: as for configuration_read. ERROR_CONFIGURATION names
 * the file and the line. */
bool account_read(const char *path, bool trusted, struct account_list *list,
                  struct error *err) MUST_CHECK;

/* Waits until no other process has this lock; makes an empty file if there is none. Between reading
 * and writing the list the caller holds it, so that no other change is lost. `lock`: a descriptor.
 */
bool account_lock(const char *path, int *lock, struct error *err) MUST_CHECK;

/* Replaces the file; owner, group and mode stay (a new file: 0600). If `path` is a link, its target
 * is replaced. */
bool account_write(const char *path, const struct account_list *list, struct error *err) MUST_CHECK;

/* The name must match exactly. NULL: no such account. */
const struct account *account_find(const struct account_list *list, struct span name);

/* Letter first, then letters, digits, `-_.$@`, at most ACCOUNT_NAME_SIZE bytes. */
bool account_is_name(struct span name);

#endif
