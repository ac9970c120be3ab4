/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wrong logins by address, in the run folder: after 5 from one address (IPv6: one /64), no two of
 * them 30 s apart, further tries from it are refused unhashed until 30 s have passed since the
 * last. 256 addresses, the oldest is forgotten. Shared by all processes.
 *
 * Tries from one address take turns: each is counted as wrong before its password is looked at, and
 * given back when it was right. So tries at once cannot pass before the first is counted, and a
 * process that is ended has tried. A right one leaves the count of wrong ones as it is: else
 * whoever has an account of any level could guess another's password between logins of his own.
 */
#ifndef CAMERA_LOGIN_H
#define CAMERA_LOGIN_H

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>

enum { LOGIN_TRIES = 5, LOGIN_SECONDS = 30, LOGIN_ADDRESSES = 256 };

struct login {
    int file; /* owned: the address's turn lasts as long as it is open */
    struct login_entry {
        unsigned char address[8];
        uint32_t family; /* 0: the entry is free */
        uint32_t wrong;
        uint64_t last; /* clock_boot_seconds of the last wrong try */
    } before;          /* the address's entry, as this try found it */
};

#define LOGIN_NONE ((struct login){.file = -1})

/* Waits for the address's turn. `may`: a try is counted, and its password may be looked at now. A
 * run folder that cannot be used fails. An address that is no IPv4 or IPv6 address counts as one
 * address of its own. */
bool login_begin(struct login *login, const char *run, struct span address, bool *may,
                 struct error *err) MUST_CHECK;

/* The password was right: the try is not counted. */
bool login_right(struct login *login, struct error *err) MUST_CHECK;

/* The password was wrong, and was the last that this address may try for a while. */
bool login_was_last(const struct login *login);

void login_end(struct login *login); /* for CLEANUP */

#endif
