/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords and keys: compared in a time that does not tell where they differ, wiped after use. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/error.h"
#include "base/span.h"

enum { SECRET_TEXT_SIZE = 512 };

/* A secret in memory of our own: CLEANUP(secret_wipe). */
struct secret {
    char text[SECRET_TEXT_SIZE]; /* NUL-terminated */
};

void secret_wipe(struct secret *secret);

/* The time depends on the sizes alone. */
bool secret_equal(struct span one, struct span other);

/* The first line of `fd`, without its LF. Fails where it is empty or too long. */
bool secret_read(int fd, struct secret *secret, struct error *err) MUST_CHECK;

/* Asks on the controlling terminal, without echo. */
bool secret_ask(const char *prompt, struct secret *secret, struct error *err) MUST_CHECK;

/* `size` bytes that nobody can guess. */
bool secret_random(void *bytes, size_t size, struct error *err) MUST_CHECK;

#endif
