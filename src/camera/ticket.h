/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ticket proves that this password of this account was checked in the last minute. A client that
 * asks once a second sends it back beside the account, and the camera need not hash the password
 * again: that hash costs as much processor time as the rest of the answer (docs/performance.md).
 *
 * A ticket alone authorises no one: it counts only together with the password that it was made for,
 * and from the same address. Elsewhere it would let a stranger try passwords faster than login.h.
 * It ends with its minute, with the boot, and with a change of the account's password. It is
 * `END-MAC`: END is clock_boot_seconds in decimal, MAC an HMAC-SHA-256 (RFC 2104) in hex. Its key
 * is 32 random bytes in the run folder; nothing that depends on the password is stored in the
 * camera.
 */
#ifndef CAMERA_TICKET_H
#define CAMERA_TICKET_H

#include "base/error.h"
#include "base/span.h"

enum { TICKET_SECONDS = 60, TICKET_TEXT_SIZE = 96 };

/* What a ticket is made for; all is borrowed. */
struct ticket_login {
    struct span user, password; /* as in a query */
    const char *hash;           /* the account's, from the accounts file */
    struct span address;        /* the client's, as the server tells it; may be empty */
};

/* `text`: at most TICKET_TEXT_SIZE bytes and a NUL. Makes the key if there is none. Fails if the
 * run folder cannot be used, if the account has no hash, and soon after the kernel's start. */
bool ticket_make(const char *run, const struct ticket_login *login, char text[TICKET_TEXT_SIZE + 1],
                 struct error *err) MUST_CHECK;

/* False for all else: malformed, over, for another login or address, another key, no key, or an
 * account without a hash. The time does not depend on the login. */
bool ticket_is_for(const char *run, const struct ticket_login *login, struct span text);

#endif
