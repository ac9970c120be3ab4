/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may do what: a file of lines `name:level:hash`, hashes as crypt(3) makes them. There is no
 * default account and no default password.
 */
#ifndef CAMERA_ACCOUNT_H
#define CAMERA_ACCOUNT_H

#include "base/error.h"
#include "base/secret.h"
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
    char hash[ACCOUNT_HASH_SIZE + 1]; /* `*`: only the web server authenticates it */
};

struct account_list {
    struct account accounts[ACCOUNT_COUNT];
    size_t count;
};

/* A missing file is an empty list. `trusted` as configuration_read. ERROR_CONFIGURATION names file
 * and line. */
bool account_read(const char *path, bool trusted, struct account_list *list,
                  struct error *err) MUST_CHECK;

/* Writes the file anew, mode 0600; where the path is a link, the file that it leads to. */
bool account_write(const char *path, const struct account_list *list, struct error *err) MUST_CHECK;

/* Exact; NULL where there is none. */
const struct account *account_find(const struct account_list *list, struct span name);

/* Whether the password is the account's. An unknown account (NULL) takes as long as one whose hash
 * we made (SHA-512-crypt). */
bool account_has_password(const struct account *account, struct span password);

/* Letter first, then letters, digits, `-_.$@`, at most ACCOUNT_NAME_SIZE bytes. */
bool account_is_name(struct span name);

/* 1 to 63 of what a query can carry: printable ASCII but blank, # and &. */
bool account_is_password(struct span password);

/* SHA-512-crypt with fresh salt into `account->hash`. ERROR_USAGE for what is no password. */
bool account_set_password(struct account *account, struct span password,
                          struct error *err) MUST_CHECK;

#endif
