/* SPDX-License-Identifier: Apache-2.0 */
/* What to do now with an action of which nothing was sent yet. Pure: no clock, no I/O. */
#ifndef ISPUP_GATEWAY_DECISION_H
#define ISPUP_GATEWAY_DECISION_H

#include "ispup/gateway/ddi.h"

enum decision_artifact {
    DECISION_ARTIFACT_WANTED, /* not fetched yet */
    DECISION_ARTIFACT_READY,  /* in the cache, and checked */
    DECISION_ARTIFACT_LOST,   /* it cannot be fetched */
    DECISION_ARTIFACT_BAD,    /* it is no valid image */
};

struct decision_facts {
    bool is_stopped; /* the camera shows another id than at first */
    bool is_known;   /* it has shown its platform */
    size_t images;   /* different ones for its platform, in all chunks */
    enum ddi_handling download, update;
    bool is_window_closed; /* hawkBit's maintenance window */
    enum decision_artifact artifact;
    bool is_local_window_closed;
    bool is_early;  /* it was away or busy, and is tried later */
    bool has_place; /* in its site, and in all */
};

enum decision {
    DECISION_WAIT,
    DECISION_DOWNLOAD,
    DECISION_SEND,
    DECISION_FAIL, /* close the action as failed; nothing was sent */
};

enum decision_why {
    DECISION_NO_REASON,
    DECISION_STOPPED,
    DECISION_NOT_KNOWN,
    DECISION_NO_IMAGE,
    DECISION_SEVERAL_IMAGES,
    DECISION_DOWNLOAD_SKIPPED,
    DECISION_NOT_FETCHED,
    DECISION_CANNOT_FETCH,
    DECISION_BAD_IMAGE,
    DECISION_UPDATE_SKIPPED,
    DECISION_WINDOW,
    DECISION_LOCAL_WINDOW,
    DECISION_EARLY,
    DECISION_NO_PLACE,
    DECISION_WHYS,
};

enum decision decision_make(const struct decision_facts *facts, enum decision_why *why);

/* A stable word, and a text for people. */
const char *decision_word(enum decision_why why);
const char *decision_text(enum decision_why why);

/* What to answer to a cancellation. */
enum decision_cancel {
    DECISION_CANCEL_ACCEPT, /* nothing was sent, and nothing will be */
    DECISION_CANCEL_LATE,   /* the camera has the image, or a part of it */
    DECISION_CANCEL_ENDED,  /* and hawkBit was told what became of it */
};

enum decision_cancel decision_cancel(bool was_sent, bool has_ended);

#endif
