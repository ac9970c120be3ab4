/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP requests to hawkBit, many at once, in one process: libcurl's multi interface on an epoll
 * descriptor. client.c and client_options.c alone know libcurl. Follows no redirect,
 * asks no proxy, reads nothing past a limit. A connection is used again.
 */
#ifndef ISPUP_GATEWAY_CLIENT_H
#define ISPUP_GATEWAY_CLIENT_H

#include "ispup/gateway/setup.h"

#include <stdint.h>

enum { CLIENT_AT_ONCE = 8, CLIENT_TAG_SIZE = 128, CLIENT_STATUS_SIZE = 32 };

struct client;

/* One request and its answer. The caller owns it, and lets it live until `done`. */
struct client_request {
    const char *method;        /* `GET`, `POST`, `PUT` */
    char url[ORIGIN_URL_SIZE]; /* checked by the caller: origin.h */
    bool has_token;            /* shows the gateway's token and certificate */
    const char *body;          /* borrowed: JSON; or NULL */
    size_t limit;              /* bytes of the answer that are taken */
    /* Of a download: */
    int file;                  /* borrowed: takes the bytes; FD_NONE: they are kept in `text` */
    uint64_t from;             /* the first byte that is asked for */
    char tag[CLIENT_TAG_SIZE]; /* If-Range; empty: none */
    /* The answer: */
    long status; /* 0: none came, or not a whole one; `words` says why */
    char words[256];
    char *text; /* owned; NUL-terminated, or NULL */
    size_t size;
    uint64_t retry_after;           /* seconds; 0: not told */
    char new_tag[CLIENT_TAG_SIZE];  /* a strong ETag; empty: none */
    uint64_t range_at;              /* the first byte of a 206 */
    char location[ORIGIN_URL_SIZE]; /* of a redirect */
    bool is_unwritable;             /* the file could not be written: `words` says why */
    bool is_wrong;                  /* its bytes are not those that were asked for */
    /* Called once, from client_go_on. */
    void (*done)(void *context, struct client_request *request);
    void *context;
    struct client_exchange *exchange; /* owned by the client */
};

struct client_engine;

struct client {
    const struct setup *setup;    /* borrowed */
    struct client_engine *engine; /* owned */
    size_t under_way;
};

bool client_open(struct client *client, const struct setup *setup, struct error *err) MUST_CHECK;
/* For CLEANUP. Requests under way end without `done`. */
void client_close(struct client *client);

/* Readable when client_go_on has something to do. */
int client_awaits(const struct client *client);
void client_go_on(struct client *client);

/* Begins a request. False: it could not be begun, and `done` is not called. */
bool client_begin(struct client *client, struct client_request *request,
                  struct error *err) MUST_CHECK;

void client_request_close(struct client_request *request); /* frees the answer */

/* Why a request failed: its `words`, or its status, for which `text` is used. */
const char *client_why(const struct client_request *request, char text[CLIENT_STATUS_SIZE]);

#endif
