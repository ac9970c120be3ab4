/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A camera of the gateway, which is a target of hawkBit, and its action: what the database holds
 * (memory.h), and what is under way.
 */
#ifndef ISPUP_GATEWAY_DEVICE_H
#define ISPUP_GATEWAY_DEVICE_H

#include "ispup/gateway/ddi.h"
#include "ispup/gateway/outbox.h"
#include "ispup/push/outcome.h"

enum device_action_state {
    DEVICE_NO_ACTION,
    DEVICE_OPEN,    /* nothing was sent to the camera */
    DEVICE_SENDING, /* a byte of the image may have been sent: nothing is sent again */
    DEVICE_ENDED,   /* closed, canceled, or gone */
    DEVICE_ACTION_STATES,
};

/* What a process does for a camera at this moment. */
enum device_work {
    DEVICE_NO_WORK,
    DEVICE_PUSH,   /* sends the image, and waits for the outcome */
    DEVICE_RESUME, /* waits for the outcome of an image that was sent */
};

struct device_action {
    char name[DEVICE_CAMERA_SIZE + DEVICE_ACTION_SIZE]; /* the key: `CAMERA ID` */
    char camera[DEVICE_CAMERA_SIZE], id[DEVICE_ACTION_SIZE];
    char controller[DEVICE_CONTROLLER_SIZE]; /* the target that has it */
    unsigned state;
    char file_name[DEVICE_FILE_SIZE], file_key[DEVICE_KEY_SIZE];
    char code[DEVICE_CODE_SIZE]; /* of the outcome, or why it waits */
    /* The last one; while it is SENDING what the camera showed before the first byte. */
    struct outcome outcome;
    bool is_download_told, is_downloaded_told, is_unknown_told;
    uint64_t proceedings;  /* how often hawkBit was told `proceeding` */
    uint64_t tries, waits; /* before a byte was sent; waits in a row */
    int64_t next_at;       /* not before that moment, seconds since 1970 */
    uint64_t unknown_for;  /* seconds for which it was asked for an outcome that no one knows */
    bool was_sent;         /* a byte of the image, perhaps */
    int64_t begun_at, ended_at;
};

struct device {
    char camera[DEVICE_CAMERA_SIZE];         /* the key */
    char controller[DEVICE_CONTROLLER_SIZE]; /* empty: not known yet */
    char id[OUTCOME_ID_SIZE];                /* pinned at first contact; empty: none shown */
    char other_id[OUTCOME_ID_SIZE];          /* that it showed instead: the target is stopped */
    bool is_pinned;                          /* it has answered at least once */
    bool has_record;                         /* its id is a CAMERA_ID, no MAC address */
    char platform[OUTCOME_PLATFORM_SIZE], version[OUTCOME_VERSION_SIZE];
    char image_sha256[DIGEST_TEXT_SIZE + 1], update[OUTCOME_NUMBER_SIZE];
    char state[DEVICE_STATE_SIZE];
    int64_t answered_at;                   /* seconds since 1970; 0: never */
    char attributes[DIGEST_TEXT_SIZE + 1]; /* SHA-256 of the configData that hawkBit was told */
    char installed[OUTCOME_VERSION_SIZE];  /* the version that hawkBit knows to run */
    char confirmation[DEVICE_ACTION_SIZE]; /* the action that was confirmed or denied last */
    struct device_action action;           /* the last one; in a table of its own */
    /* Not in the database: */
    const char *site, *label;   /* borrowed */
    bool has_own_controller;    /* the list names it */
    struct outbox_item *outbox; /* owned: what hawkBit must be told first */
    uint64_t unknown_since;     /* milliseconds: until then `unknown_for` has counted; or 0 */
    unsigned nameless;          /* answers in a row that lack its id */
    enum device_work work;
    bool is_uploading; /* holds one of the places for uploads */
    bool is_told;      /* its process has sent the outcome */
    uint64_t told_at;  /* milliseconds: answers to questions before that are of the past */
    bool is_talking;   /* a request to hawkBit is under way */
    bool has_deployment;
    uint64_t seen_at; /* milliseconds: when its action was seen first, in this run */
    struct ddi_deployment deployment; /* owned: of the open action, from hawkBit */
    uint64_t sleep;                   /* seconds, by hawkBit; 0: not told */
    uint64_t poll_at;                 /* milliseconds */
    uint64_t fails;                   /* its requests that hawkBit did not take, in a row */
    uint64_t hold_until;              /* milliseconds: then the next one */
    bool is_confirm_told;             /* the log says that an action waits for its confirmation */
};

bool device_is_stopped(const struct device *device);

/* Whether the camera has the image of its action, or may have a part of it. */
bool device_is_sending(const struct device *device);

/* A new action, of which nothing was done yet. It begins after the one before, however the clock
 * was set: by that the last one is found again. */
void device_begin_action(struct device *device, const char *id, int64_t now);

/* The word and the text of its outcome, or why it waits. */
void device_set_code(struct device_action *action, const char *code, const char *why);

/* Nothing is done for it any more. */
void device_end_action(struct device_action *action, const char *code, const char *why,
                       int64_t now);

/* The artifact for a platform: how many different ones there are, and the first. */
size_t device_choose_artifact(const struct ddi_deployment *deployment, const char *platform,
                              const struct ddi_artifact **artifact);

/* The key of a file in the cache: its SHA-256, else its SHA-1 and size. */
void device_artifact_key(const struct ddi_artifact *artifact, char key[DEVICE_KEY_SIZE]);

void device_close(struct device *device); /* for CLEANUP */

#endif
