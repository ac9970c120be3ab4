/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP as a host speaks it to a camera that need not be a good one: no redirect is followed, no
 * proxy asked, nothing sent twice, nothing read past a limit. The only place that knows libcurl.
 */
#ifndef ISPUP_HTTP_H
#define ISPUP_HTTP_H

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>

enum {
    HTTP_TEXT_LIMIT = 65536, /* bytes of a reply's body */
    HTTP_HEAD_LIMIT = 65536,
    HTTP_FINE = 200,
    HTTP_FAILED = 500, /* and above: the server's or its program's own trouble */
    HTTP_BUSY = 503,
    HTTP_TARGET_SIZE = 256, /* bytes of a path with its query */
};

struct http_peer {
    const char *origin; /* borrowed: `http://camera:8080` */
    const char *cacert; /* borrowed: a file of certificates, or NULL for the system's */
    bool is_insecure;   /* the certificate is not looked at */
};

struct http_reply {
    long status; /* 0: none came */
    /* Tries to connect that nobody took: 0 where somebody did, whatever came of it, or the name was
     * not found; 1 where it was refused or there is no way; 2, for several, where there was silence
     * until the time was over. */
    unsigned nobody;
    size_t size;
    unsigned char text[HTTP_TEXT_LIMIT];
};

struct http_upload {
    /* Fills in the body's next bytes; `got` 0: they cannot be had. Never called for the same bytes
     * twice. */
    bool (*read)(struct http_upload *self, void *data, size_t capacity, size_t *got);
    /* Called again and again while the exchange goes on; false ends it. `sent`: bytes of the body
     * that the connection has taken. */
    bool (*turn)(struct http_upload *self, uint64_t sent);
    const char *target;       /* borrowed, like the two below */
    const char *content_type; /* with its boundary */
    const char *referer;      /* or NULL */
    uint64_t size;            /* bytes of the body */
    uint64_t rate;            /* bytes a second; 0: as fast as it goes */
};

/* Before any other call, in each process. */
bool http_begin(struct error *err) MUST_CHECK;
void http_end(void);

/* True where a whole reply came, whatever its status. Else `reply` has what there was of it. Takes
 * at most `seconds`. */
bool http_get(const struct http_peer *peer, const char *target, unsigned seconds,
              struct http_reply *reply, struct error *err) MUST_CHECK;

/* The same for a POST, without a limit on its time but what `turn` says. */
bool http_post(const struct http_peer *peer, struct http_upload *upload, struct http_reply *reply,
               struct error *err) MUST_CHECK;

struct span http_body(const struct http_reply *reply);

#endif
