/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may be said of an upload once any of its body was sent: done, not done, or not known. One
 * pure function over what was seen, so that every case can be tried (docs/push.md, "What it says").
 */
#ifndef ISPUP_TRUTH_H
#define ISPUP_TRUTH_H

#include <stdbool.h>

enum truth {
    TRUTH_WAIT, /* nothing can be said yet: ask the camera again */
    TRUTH_DONE,
    TRUTH_NOT_DONE,
    TRUTH_UNKNOWN,
    TRUTH_COUNT,
};

enum truth_reply {
    TRUTH_REPLY_OK,
    TRUTH_REPLY_ERROR,
    TRUTH_REPLY_LOST, /* none came, or one that says neither */
    TRUTH_REPLY_COUNT,
};

/* ISP_STATE, as far as it matters. */
enum truth_state {
    TRUTH_STATE_IDLE, /* idle, or a word that is not known here */
    TRUTH_STATE_RECEIVING,
    TRUTH_STATE_WRITING,
    TRUTH_STATE_RESTARTING,
    TRUTH_STATE_TRIAL,
    TRUTH_STATE_CONFIRMED,
    TRUTH_STATE_ROLLED_BACK,
    TRUTH_STATE_FAILED,
    TRUTH_STATE_COUNT,
};

/* What SYSTEM_LOG shows. */
enum truth_versions {
    TRUTH_VERSIONS_NONE,
    TRUTH_VERSIONS_AS_BEFORE,
    TRUTH_VERSIONS_OF_IMAGE,
    TRUTH_VERSIONS_OTHER,
    TRUTH_VERSIONS_COUNT,
};

struct truth_facts {
    enum truth_reply reply;
    bool has_record; /* the camera answered ISP_STATUS before a byte was sent */
    bool is_reached; /* it answered the last question, with a record where it has one */
    bool is_quiet;   /* it has said the same several times running */
    bool is_over;    /* the time to wait is */
    /* Of a camera with a record, against what it said before: */
    enum truth_state state;
    bool other_boot;
    bool other_update; /* its last update's number */
    bool our_update;   /* its last update was of this image */
    bool runs_image;
    /* Of one without: */
    enum truth_versions versions;
    unsigned nobody;    /* tries to connect, one behind the other, that nobody took */
    bool was_away;      /* so for a time: a restart */
    bool showed_others; /* before: known versions, and not the image's */
};

/* `reason`: why, for a person; for TRUTH_WAIT what it waits for. */
enum truth truth_decide(const struct truth_facts *facts, const char **reason);

/* Of a camera that showed no record before, and does now: whether that (`state`, `runs_image`)
 * stands against what its log and its reply led to. */
bool truth_is_doubtful(const struct truth_facts *facts, enum truth truth);

/* Notes in `facts` what another look at the camera found: tries that nobody took, or 0. */
void truth_note_nobody(struct truth_facts *facts, unsigned nobody);

/* `done`, `not done`, `unknown`. */
const char *truth_name(enum truth truth);

#endif
