/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts wrong logins by address, in the run folder, for all processes. After 5 wrong logins from
 * one address (IPv6: one /64), each less than 30 s after the one before, further tries are refused
 * without hashing until 30 s have passed since the last wrong one. 256 addresses are remembered;
 * the oldest is forgotten first.
 *
 * Tries from one address take turns. Each is counted as wrong before its password is checked, and
 * uncounted if it was right. So parallel tries cannot pass before the first is counted, and a
 * killed process does not get a free try. A right login does not reset the count: otherwise an
 * attacker who has an account could reset it between guesses at another password.
 */
#ifndef CAMERA_LOGIN_H
#define CAMERA_LOGIN_H

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>

enum { LOGIN_TRIES = 5, LOGIN_SECONDS = 30, LOGIN_ADDRESSES = 256 };

struct login {
    int file; /* owned; the address's turn lasts while it is open */
    struct login_entry {
        unsigned char address[8];
        uint32_t family; /* 0: free entry */
        uint32_t wrong;
        uint64_t last; /* clock_boot_seconds of the last wrong try */
    } before;          /* the address's entry before this try */
};

#define LOGIN_NONE ((struct login){.file = -1})

/* Waits for the address's turn. `may`: the try is counted and its password may be checked; false:
 * refuse. Fails if the run folder cannot be used. All texts that are no IPv4 or IPv6 address count
 * as one address. */
bool login_begin(struct login *login, const char *run, struct span address, bool *may,
                 struct error *err) MUST_CHECK;

/* The password was right: removes this try from the count. */
bool login_right(struct login *login, struct error *err) MUST_CHECK;

/* Whether this wrong try was the last before the address is refused for a while. */
bool login_was_last(const struct login *login);

void login_end(struct login *login); /* for CLEANUP */

#endif
