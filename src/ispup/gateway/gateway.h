/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gateway between hawkBit and cameras. This process speaks to hawkBit and to the database; it
 * never speaks to a camera. Processes of its own do: some ask all cameras again and again, and
 * there is one for each camera under update (work.h).
 */
#ifndef ISPUP_GATEWAY_GATEWAY_H
#define ISPUP_GATEWAY_GATEWAY_H

#include "ispup/fleet/hosts.h"
#include "ispup/gateway/cache.h"
#include "ispup/gateway/client.h"
#include "ispup/gateway/feedback.h"
#include "ispup/gateway/memory.h"
#include "ispup/remote/jobs.h"

/* How the server is: nothing is asked of one that does not answer, or denies the token. If the
 * requests of one target alone fail, it is that target's own trouble. */
struct gateway_server {
    uint64_t hold_until; /* milliseconds */
    uint64_t tries;      /* how often it was held, in a row */
    const struct device
        *failed; /* borrowed: the target of the last request; NULL: it was answered */
    bool is_denied;
};

/* --check: what is known of a camera's lines. */
struct news {
    bool has_shown;  /* the last of them */
    bool has_news;   /* one that says what would be done */
    bool is_unclear; /* hawkBit's answer was none that says what is to be done */
};

struct gateway {
    struct jobs jobs; /* first: its address is the gateway's */
    struct setup setup;
    struct hosts hosts;     /* owned; its targets are those of the devices */
    struct device *devices; /* owned; `count` of them */
    size_t count;
    struct memory memory;
    struct client client;
    struct cache cache;
    struct gateway_server server;
    size_t askers;      /* processes that ask cameras; they are jobs `count` and above */
    bool *is_asking;    /* owned: which of them run */
    struct news *news;  /* owned: of each device */
    bool is_dry;        /* --check: nothing is sent, saved or told */
    bool is_unanswered; /* --check: hawkBit did not answer for a camera */
    bool is_stopping;   /* no new upload */
    bool is_broken;     /* nothing can be saved: `failure` */
    struct error failure;
    uint64_t looked_at; /* milliseconds: for what comes once a second */
};

/* Prints a line for the log: of a camera, or of the gateway if `device` is NULL. */
void gateway_say(const struct device *device, const char *format, ...) PRINTF(2, 3);

uint64_t gateway_random(void);

/* The database failed: no new upload, and the gateway ends with this error. False. */
bool gateway_break_off(struct gateway *gateway, const struct error *err);

/* Saves a change of a camera, with what hawkBit must be told. Without its database the gateway must
 * not go on: then it stops, and this is false. The log tells what is saved, so it comes second. */
bool gateway_save(struct gateway *gateway, struct device *device, struct memory_change *change);

/* Closes the action of a camera: its outbox gets the feedback. False as above. */
bool gateway_close_action(struct gateway *gateway, struct device *device,
                          const struct feedback *feedback);

/* Adds `proceeding` with a text, unless hawkBit was told so often enough. */
void gateway_proceed(struct device *device, const char *text, struct memory_change *change,
                     struct error *err);

#endif
