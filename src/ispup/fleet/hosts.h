/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cameras of a command line or of a list (--cameras), each with its account. The user comes
 * from there or from ~/.netrc; the password from a file descriptor, ~/.netrc or a prompt, never
 * from the command line.
 */
#ifndef ISPUP_FLEET_HOSTS_H
#define ISPUP_FLEET_HOSTS_H

#include "ispup/fleet/camera_list.h"

enum { HOSTS_NETRC_LIMIT = 16 << 20, HOSTS_AUTHORITY_LIMIT = 16 << 20 };

struct hosts {
    struct target *targets; /* owned; `count` of them */
    size_t count;
    struct camera_list list; /* owned: their columns; without any if there is no list */
};

/* What a command line says of its cameras: words, or the path of a list. */
struct hosts_words {
    const char *const *words; /* borrowed; `count` of them */
    size_t count;
    const char *list; /* borrowed; or NULL */
    int password_fd;  /* or FD_NONE */
};

/* ERROR_USAGE if there are neither, or both, or if list and password are read from the same
 * descriptor; ERROR_CONFIGURATION for a mistake in the list. */
bool hosts_take(struct hosts *hosts, const struct hosts_words *given, struct error *err) MUST_CHECK;

/* Refuses a camera that is given twice. ERROR_USAGE. */
bool hosts_open(struct hosts *hosts, const char *const *words, size_t count,
                struct error *err) MUST_CHECK;
void hosts_close(struct hosts *hosts); /* for CLEANUP; wipes the passwords */

/* Gives each camera its user and password. `password_fd`: one password for all cameras is read
 * from it; or FD_NONE. */
bool hosts_authorise(struct hosts *hosts, int password_fd, struct error *err) MUST_CHECK;

/* Refuses the users that hosts_authorise would refuse with any password. One that is not given may
 * still come from ~/.netrc. ERROR_USAGE. */
bool hosts_check_users(const struct hosts *hosts, struct error *err) MUST_CHECK;

/* The same from a file like ~/.netrc, without a prompt. */
bool hosts_authorise_from(struct hosts *hosts, const char *path, struct error *err) MUST_CHECK;

/* Checks that the file holds a certificate, and that certificates are checked at all, before a
 * camera gets the blame. `path` may be NULL. ERROR_USAGE. */
bool hosts_check_authority(const char *path, bool is_insecure, struct error *err) MUST_CHECK;

/* Prints a line to standard error if passwords are sent without encryption, and one if certificates
 * are not checked. */
void hosts_warn(const struct hosts *hosts, const char *verb, bool is_insecure, bool is_quiet);

#endif
