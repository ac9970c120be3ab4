/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rollout in memory: what its database holds (store.h), and what is under way. docs/rollout.md
 * has the states of a camera and of a wave.
 */
#ifndef ISPUP_ROLLOUT_ROLLOUT_H
#define ISPUP_ROLLOUT_ROLLOUT_H

#include "base/error.h"
#include "image/digest.h"
#include "image/name.h"
#include "ispup/push/outcome.h"
#include "ispup/rollout/policy.h"
#include "protocol/status.h"

enum {
    ROLLOUT_WORD_SIZE = 640, /* a camera's address as it is in the list */
    ROLLOUT_NAME_SIZE = 64,  /* of a site or a group */
    ROLLOUT_CODE_SIZE = 32,
    ROLLOUT_IMAGES = 64,
    ROLLOUT_BOOT_SIZE = 65,
    ROLLOUT_CANARY = 0, /* the first wave */
};

enum rollout_state {
    ROLLOUT_WAITING, /* nothing was sent, or it may be sent once more */
    ROLLOUT_SENDING, /* a byte of the image may have been sent: nothing is sent again */
    ROLLOUT_ENDED,
    ROLLOUT_STATE_COUNT,
};

/* What a process does for a camera at this moment. */
enum rollout_work {
    ROLLOUT_NO_WORK,
    ROLLOUT_ASK,    /* reads id and platform */
    ROLLOUT_PUSH,   /* sends the image, and waits for the outcome */
    ROLLOUT_RESUME, /* waits for the outcome of an image that an earlier run sent */
    ROLLOUT_SOAK,   /* reads whether the image still runs */
};

struct rollout_camera {
    uint64_t number; /* in the database */
    char word[ROLLOUT_WORD_SIZE];
    char site[ROLLOUT_NAME_SIZE], group[ROLLOUT_NAME_SIZE];
    char *extra;       /* owned: the list's other columns, a JSON object */
    uint64_t position; /* in the order of the rollout, from 0 */
    enum rollout_state state;
    char code[ROLLOUT_CODE_SIZE]; /* of the outcome, or why it waits */
    /* What is known of it. `id` and `platform` are empty until it was asked. While it is SENDING,
     * what it showed before the first byte. */
    struct outcome outcome;
    bool is_outside; /* counts neither as planned nor in the budget: no image for it */
    bool is_exempt;  /* its failure does not count in the budget */
    bool is_away;    /* did not answer when it was asked last, or could not take an update yet */
    bool is_canary;
    bool is_soaked;     /* asked again after the wave, and the image still ran */
    bool was_restarted; /* it showed another boot at the first question after the wave */
    bool is_resend;     /* its record proved that the last upload broke off: once more */
    uint64_t sends;     /* how often a body was begun */
    uint64_t tries;     /* without one, though the camera answered */
    uint64_t waits;     /* in a row */
    int64_t next_at;    /* not before that moment, seconds since 1970 */
    int64_t begun_at;   /* when its last body was begun */
    /* Not in the database: */
    enum rollout_work work;
    bool is_uploading; /* holds one of the places for uploads */
    bool is_told;      /* its process has sent the outcome */
    bool was_asked;    /* in this run */
    uint64_t rate;     /* its share of the rates of the policy, bytes a second; 0: no limit */
    uint64_t begun_ms; /* when its upload began, if in this run; clock_milliseconds */
};

struct rollout_image {
    char file[IMAGE_NAME_SIZE + 1]; /* in the rollout's folder */
    char platform[IMAGE_PLATFORM_SIZE + 1];
    char version[16];
    char sha256[DIGEST_TEXT_SIZE + 1];      /* of its descriptor, as a camera shows it */
    char file_sha256[DIGEST_TEXT_SIZE + 1]; /* of the file */
    bool is_foreign;
};

struct rollout {
    struct policy policy;
    struct rollout_image images[ROLLOUT_IMAGES];
    size_t image_count;
    struct rollout_camera *cameras; /* owned; `count` of them, by position */
    size_t count;
    size_t wave;      /* ROLLOUT_CANARY, then 1 to `policy.wave_count` */
    int64_t wave_end; /* when its last camera ended; 0: not over */
    int64_t
        begun_at;    /* the first `run`; 0: none yet. Times are of this machine's clock: timing.h */
    int64_t longest; /* seconds of the longest upload so far */
    /* Of this machine, when it was saved last: its boot id, and its clock at that boot. */
    char boot[ROLLOUT_BOOT_SIZE];
    int64_t booted_at;
    bool is_stopping; /* this run: no new upload, because of a signal, `stop` or the budget */
    bool is_stopped;  /* the budget is exceeded: a person must decide */
    bool is_over;     /* every camera has ended, and every wave was asked again */
};

void rollout_close(struct rollout *rollout); /* for CLEANUP */

/* Makes room for so many cameras, all empty. Processes begun later do not have them (unforked.h):
 * each event changes one. */
bool rollout_allocate(struct rollout *rollout, size_t count, struct error *err) MUST_CHECK;

/* The image for that platform, or NULL. */
const struct rollout_image *rollout_image_for(const struct rollout *rollout, const char *platform);

/* Cameras that count: all but those outside. */
size_t rollout_planned(const struct rollout *rollout);

/* For the budget. */
void rollout_tally(const struct rollout *rollout, struct budget_tally *tally);

#endif
