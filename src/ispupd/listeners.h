/* SPDX-License-Identifier: Apache-2.0 */
/* The listening sockets of [server] listen, listen-https and plain. */
#ifndef ISPUPD_LISTENERS_H
#define ISPUPD_LISTENERS_H

#include "base/address.h"

#include "camera/configuration.h"

enum { LISTENERS_COUNT = 2 };

struct listener {
    int fd; /* owned; FD_NONE: none */
    bool is_secure;
    struct address address;
};

struct listeners {
    struct listener list[LISTENERS_COUNT]; /* plain HTTP, then HTTPS */
};

#define LISTENERS_NONE ((struct listeners){{{.fd = -1}, {.fd = -1, .is_secure = true}}})

/* `listen` replaces the address of the configuration unless it is NULL. */
bool listeners_open(struct listeners *listeners, const struct configuration *configuration,
                    const char *listen, struct error *err) MUST_CHECK;

void listeners_close(struct listeners *listeners); /* for CLEANUP */

#endif
