/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The origin of a URL: scheme, host and port. The gateway's token goes to the origin of the
 * configured server only, and a link that tells the gateway what to do must have that origin.
 */
#ifndef ISPUP_GATEWAY_ORIGIN_H
#define ISPUP_GATEWAY_ORIGIN_H

#include "base/error.h"
#include "base/span.h"

enum { ORIGIN_HOST_SIZE = 256, ORIGIN_TEXT_SIZE = ORIGIN_HOST_SIZE + 16, ORIGIN_URL_SIZE = 1024 };

struct origin {
    bool is_https;
    char host[ORIGIN_HOST_SIZE]; /* lower case; an IPv6 address has its brackets */
    unsigned port;
};

/* `rest`: the path and query after the origin; empty, or it begins with `/`. Refuses other schemes,
 * a user, a fragment, and bytes that do not belong in a URL. ERROR_CONFIGURATION. */
bool origin_parse(struct span url, struct origin *origin, struct span *rest,
                  struct error *err) MUST_CHECK;

bool origin_is_same(const struct origin *one, const struct origin *other);

/* `localhost`, 127.0.0.0/8 and ::1. */
bool origin_is_loopback(const struct origin *origin);

/* `https://host:port`, a default port left out. */
void origin_format(const struct origin *origin, char text[ORIGIN_TEXT_SIZE]);

/* Unencrypted HTTP leaves this machine only if a person wants it. ERROR_CONFIGURATION. */
bool origin_check_scheme(const struct origin *origin, bool is_insecure,
                         struct error *err) MUST_CHECK;

/* A link of the server to itself. The text names both origins, and what to set in hawkBit. */
bool origin_check_control(const struct origin *server, struct span url,
                          struct error *err) MUST_CHECK;

#endif
