/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords and keys: compared in constant time, wiped after use. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/error.h"
#include "base/span.h"

enum { SECRET_TEXT_SIZE = 512 };

/* A secret with memory of its own. Declare it with CLEANUP(secret_wipe). */
struct secret {
    char text[SECRET_TEXT_SIZE]; /* NUL-terminated */
};

void secret_wipe(struct secret *secret);

/* The time depends only on the sizes. False if the sizes differ. */
bool secret_equal(struct span one, struct span other);

/* Reads the first line of `fd`, without its LF or CR LF, and without a byte order mark. Fails if it
 * is empty or too long. */
bool secret_read(int fd, struct secret *secret, struct error *err) MUST_CHECK;

/* Asks for a line on the controlling terminal, without echo. Ctrl-C ends the program, as it
 * would without a prompt, after the echo is back. */
bool secret_ask(const char *prompt, struct secret *secret, struct error *err) MUST_CHECK;

/* Fills `bytes` with `size` random bytes, fit for keys; at most 256. */
bool secret_random(void *bytes, size_t size, struct error *err) MUST_CHECK;

/* The same, but fails if it had to wait: a kernel that has just started may lack entropy, for
 * minutes before Linux 5.6. */
bool secret_random_at_once(void *bytes, size_t size, struct error *err) MUST_CHECK;

#endif
