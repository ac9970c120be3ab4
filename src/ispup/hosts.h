/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cameras of a command line, with the accounts to speak to them: the user from the word or
 * ~/.netrc, the password from a descriptor, ~/.netrc or a prompt. Never from the command line.
 */
#ifndef ISPUP_HOSTS_H
#define ISPUP_HOSTS_H

#include "ispup/target.h"

enum { HOSTS_LIMIT = 1024, HOSTS_NETRC_LIMIT = 65536, HOSTS_AUTHORITY_LIMIT = 16 << 20 };

struct hosts {
    struct target *targets; /* owned; `count` of them */
    size_t count;
};

/* Refuses a camera that is named twice. ERROR_USAGE. */
bool hosts_open(struct hosts *hosts, const char *const *words, size_t count,
                struct error *err) MUST_CHECK;
void hosts_close(struct hosts *hosts); /* for CLEANUP; wipes the passwords */

/* Every camera gets its user and password. `password_fd`: where one password for all stands, or
 * FD_NONE. */
bool hosts_authorise(struct hosts *hosts, int password_fd, struct error *err) MUST_CHECK;

/* That a file of certificates is one, before any camera is blamed, and that certificates are looked
 * at; NULL: there is none. ERROR_USAGE. */
bool hosts_check_authority(const char *path, bool is_insecure, struct error *err) MUST_CHECK;

/* One line on standard error where passwords cross the network for all to see, and one where
 * nobody looks at certificates. */
void hosts_warn(const struct hosts *hosts, const char *verb, bool is_insecure, bool is_quiet);

#endif
