/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Images that hawkBit names, in a folder of the gateway: each is fetched once for all cameras, in
 * `KEY/NAME.part`, and gets its name when its size and digest are right. It is then checked as
 * `ispup push` checks an image.
 */
#ifndef ISPUP_GATEWAY_CACHE_H
#define ISPUP_GATEWAY_CACHE_H

#include "ispup/gateway/client.h"
#include "ispup/gateway/decision.h"
#include "ispup/gateway/device.h"
#include "ispup/release/image_file.h"

enum { CACHE_TRIES = 5, CACHE_WHY_SIZE = 256 };

struct cache_file {
    char key[DEVICE_KEY_SIZE];
    struct ddi_artifact artifact; /* as it was named first */
    char path[FILE_PATH_SIZE], part[FILE_PATH_SIZE], tag[FILE_PATH_SIZE];
    enum decision_artifact state;
    char why[CACHE_WHY_SIZE]; /* it is lost or bad */
    struct image_file image;  /* owned: open if it is ready */
    /* While it is fetched: */
    bool is_loading;
    int fd; /* owned: of the part */
    struct client_request request;
    uint64_t tries, next_at; /* milliseconds; of a lost one: since when */
    unsigned redirects;
    struct cache_file *next;
};

/* Whether an action needs the file with this key. */
typedef bool cache_is_needed(const void *context, const char *key);

struct cache {
    const struct setup *setup; /* borrowed */
    cache_is_needed *is_needed;
    const void *context; /* borrowed: its */
    char folder[FILE_PATH_SIZE];
    bool is_dry;              /* nothing is made, nothing removed */
    struct cache_file *files; /* owned */
};

/* Makes the folder, unless it is dry. `is_needed`, `context`: the cache keeps them. */
bool cache_open(struct cache *cache, const struct setup *setup, cache_is_needed *is_needed,
                const void *context, struct error *err) MUST_CHECK;
void cache_close(struct cache *cache); /* for CLEANUP */

/* The file of that artifact. If it is in the folder, it is checked. */
bool cache_find(struct cache *cache, const struct ddi_artifact *artifact, struct cache_file **file,
                struct error *err) MUST_CHECK;

/* Opens the part, removes older files that no action needs until there is room, and prepares the
 * request: URL, first byte, tag. Other files may be closed; they are found anew. */
bool cache_begin(struct cache *cache, struct cache_file *file, const char *url,
                 struct error *err) MUST_CHECK;

enum cache_end {
    CACHE_READY,    /* or bad: `state` says it */
    CACHE_REDIRECT, /* to `request.location` */
    CACHE_WHOLE,    /* the part is gone: begin again, without waiting */
    CACHE_LATER,    /* `why` says the cause */
    CACHE_DENIED,   /* 401 */
    CACHE_LOST,     /* 404 or 410 */
};

/* The request has ended. */
enum cache_end cache_end(struct cache *cache, struct cache_file *file);

/* What an answer means. `from`: the first byte that was asked for. Pure. */
enum cache_end cache_decide(long status, uint64_t from);

#endif
