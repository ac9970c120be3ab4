/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP to a camera that may be faulty or hostile: follows no redirect, asks no proxy, sends nothing
 * twice, and reads nothing past a limit. http.c is the only file that knows libcurl.
 */
#ifndef ISPUP_REMOTE_HTTP_H
#define ISPUP_REMOTE_HTTP_H

#include "base/error.h"
#include "base/span.h"
#include "ispup/remote/ticket_field.h"

#include <stdint.h>

enum {
    HTTP_TEXT_LIMIT = 1024 * 1024, /* bytes of a reply's body: a log may be long */
    HTTP_HEAD_LIMIT = 65536,
    HTTP_FINE = 200,
    HTTP_FAILED = 500, /* and above: an error of the server or its program */
    HTTP_BUSY = 503,
    HTTP_TARGET_SIZE = 256, /* bytes of a path with its query */
    HTTP_ADDRESS_SIZE = 64,
    HTTP_PLACE_SIZE = 128,
};

enum http_end {
    HTTP_WHOLE,   /* a whole reply came */
    HTTP_REFUSED, /* no server is there */
    HTTP_SILENT,  /* the time ran out */
    HTTP_CUT,     /* anything else: a part of a reply, or nothing */
    HTTP_END_COUNT,
};

/* One exchange, for a recording. It holds the account. All is borrowed. */
struct http_seen {
    const char *target, *field, *referer; /* of the request; the last two may be NULL */
    bool is_post;
    uint64_t sent;                        /* bytes of its body */
    uint64_t began_at, sent_at, ended_at; /* clock_milliseconds; `sent_at`: its last bytes */
    enum http_end end;
    struct span head; /* of the reply, as it came */
    const struct http_reply *reply;
};

/* Sees each exchange when it has ended. */
struct http_witness {
    void (*saw)(struct http_witness *self, const struct http_seen *seen);
};

struct http_peer {
    const char *origin; /* borrowed: `http://camera:8080` */
    const char *cacert; /* borrowed: a file of certificates, or NULL: the system's */
    unsigned zone;      /* of a link-local address: the index of the network device; 0: none */
    bool is_insecure;   /* certificates are not checked */
    /* The address that answered first: requests go to no other one, even if the name has several.
     * Empty: none has answered yet. */
    char address[HTTP_ADDRESS_SIZE];
    /* Of an earlier reply: sent beside `field` with each GET, so that the camera need not hash the
     * password. Empty: none. */
    char ticket[TICKET_FIELD_SIZE];
    struct http_witness *witness; /* borrowed, or NULL */
};

struct http_reply {
    long status; /* 0: none came */
    /* No server is there: the connection was refused, or host or network are unreachable. A
     * timeout does not count: a camera that hangs is silent, too. */
    bool is_refused;
    char address[HTTP_ADDRESS_SIZE]; /* that answered; empty: none did */
    char place[HTTP_PLACE_SIZE];     /* where a redirect leads, without its query */
    char ticket[TICKET_FIELD_SIZE];  /* `X-ISP-Ticket`; empty: none that can be sent back */
    size_t size;
    unsigned char text[HTTP_TEXT_LIMIT];
};

struct http_upload {
    /* Fills in the body's next bytes. False: they cannot be read. Never asks for the same bytes
     * twice. */
    bool (*read)(struct http_upload *self, void *data, size_t capacity, size_t *got);
    /* Called several times a second while the exchange lasts; false ends it. `sent`: bytes of the
     * body that were sent so far. */
    bool (*turn)(struct http_upload *self, uint64_t sent);
    const char *target;       /* borrowed, like the three below */
    const char *content_type; /* with its boundary */
    const char *referer;      /* or NULL */
    const char *field;        /* a line for the head, or NULL */
    uint64_t size;            /* bytes of the body */
    uint64_t rate;            /* bytes a second; 0: no limit. `turn` may change it */
};

/* Each process calls it before any other function. */
bool http_begin(struct error *err) MUST_CHECK;
void http_end(void);

/* True: a whole reply arrived, with any status. False: `reply` holds the part that arrived. Takes
 * at most `seconds`. `field`: a line for the request's head, or NULL. */
bool http_get(const struct http_peer *peer, const char *target, const char *field, unsigned seconds,
              struct http_reply *reply, struct error *err) MUST_CHECK;

/* The same for a POST. Its time has no limit, except that `turn` can end it. */
bool http_post(const struct http_peer *peer, struct http_upload *upload, struct http_reply *reply,
               struct error *err) MUST_CHECK;

struct span http_body(const struct http_reply *reply);

#endif
