/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For set-user-ID programs: configuration, accounts and keys must be owned by root, not writable by
 * any other user, not links, and in a folder for which the same holds; no other user can rename the
 * folders above it.
 */
#ifndef CAMERA_TRUST_H
#define CAMERA_TRUST_H

#include "base/error.h"

/* Checks a file or a folder; `path` is absolute. ERROR_CONFIGURATION says what is wrong. A missing
 * file passes: its reader reports that. */
bool trust_check(const char *path, struct error *err) MUST_CHECK;

/* Whether only root can change what `path` (absolute) leads to: each folder above it belongs to
 * root, and no other user can rename what is in it. */
bool trust_check_above(const char *path, struct error *err) MUST_CHECK;

/* Whether only root can change a program that root runs. It may be a link: busybox's are. */
bool trust_check_program(const char *path, struct error *err) MUST_CHECK;

/* Checks a folder and each entry in it. */
bool trust_check_folder(const char *path, struct error *err) MUST_CHECK;

#endif
