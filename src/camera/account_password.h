/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The passwords of accounts: crypt(3) hashes of any kind that the system knows are compared,
 * SHA-512-crypt ones are made.
 */
#ifndef CAMERA_ACCOUNT_PASSWORD_H
#define CAMERA_ACCOUNT_PASSWORD_H

#include "camera/account.h"

/* `account`: one of the list, or NULL for an unknown name. The time must not tell which names
 * exist: for each of them one hash is made of each kind (method and cost) that the list has. */
bool account_password_matches(const struct account_list *list, const struct account *account,
                              struct span password);

/* 1 to 63 bytes that a query can carry: printable ASCII except blank, # and &. */
bool account_password_is_valid(struct span password);

/* Stores a SHA-512-crypt hash with a new salt in `account->hash`. ERROR_USAGE: not a valid
 * password. */
bool account_password_set(struct account *account, struct span password,
                          struct error *err) MUST_CHECK;

#endif
