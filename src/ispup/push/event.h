/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens to one camera, sent by that camera's process to the process with the display:
 * records of one size through a pipe, each written and read whole.
 */
#ifndef ISPUP_PUSH_EVENT_H
#define ISPUP_PUSH_EVENT_H

#include "base/error.h"
#include "ispup/push/outcome.h"
#include "protocol/versions.h"

#include <stdint.h>

enum event_kind {
    EVENT_STAGE,   /* another stage begins */
    EVENT_TURN,    /* progress within a stage: bytes, percent */
    EVENT_NOTE,    /* one line for a person */
    EVENT_READY,   /* with `asks_first`: the next byte is the first one of the image */
    EVENT_OUTCOME, /* the last one */
    EVENT_KIND_COUNT,
};

enum event_stage {
    STAGE_CHECKING,
    STAGE_UPLOADING,
    STAGE_WRITING,
    STAGE_RESTARTING,
    STAGE_TRIAL,
    STAGE_ENDED,
    STAGE_COUNT,
};

enum event_once {
    EVENT_EACH,
    EVENT_ONCE_IMAGE, /* on the image */
    EVENT_ONCE_QUERY, /* the password is in the URL */
    EVENT_ONCE_LOCK,  /* push cannot wait for another push */
    EVENT_ONCE_COUNT,
};

enum { EVENT_TEXT_SIZE = OUTCOME_WHY_SIZE };

struct event {
    enum event_kind kind;
    enum event_stage stage;
    enum event_once once; /* a note that is the same for every camera */
    bool is_body_sent;    /* a part of it, or the order: no second try by itself */
    unsigned percent;
    uint64_t sent, size;        /* bytes of the body */
    char text[EVENT_TEXT_SIZE]; /* of a note or a stage; printable */
    struct outcome outcome;     /* as far as it is known */
};

/* Drops an EVENT_TURN while the pipe is full, so that no upload waits for a terminal. False: the
 * reader has ended. */
bool event_send(int fd, const struct event *event);

/* Whether the record is a valid event. Its texts are terminated in any case. */
bool event_read(const void *record, struct event *event);

/* Sets the text: not printable bytes replaced, too long a text cut. */
void event_say(struct event *event, const char *format, ...) PRINTF(2, 3);

/* `checking`, `uploading` and so on. */
const char *event_stage_name(enum event_stage stage);

#endif
