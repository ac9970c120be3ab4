/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens to one camera, told by the process that looks after it to the one that people see:
 * records of one size through a pipe, each written and read whole.
 */
#ifndef ISPUP_EVENT_H
#define ISPUP_EVENT_H

#include "base/error.h"
#include "ispup/truth.h"
#include "protocol/versions.h"

#include <stdint.h>

enum event_kind {
    EVENT_STAGE,   /* another stage begins */
    EVENT_TURN,    /* the stage goes on: bytes, percent */
    EVENT_NOTE,    /* something worth a line */
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

enum { EVENT_TEXT_SIZE = 512, EVENT_VERSION_SIZE = 16 };

struct event {
    enum event_kind kind;
    enum event_stage stage;
    enum truth outcome;
    bool is_body_sent; /* some of the body has left: no second try by itself */
    unsigned percent;
    uint64_t sent, size;                                        /* bytes of the body */
    char before[EVENT_VERSION_SIZE], after[EVENT_VERSION_SIZE]; /* `V1.00.00`, or empty */
    char text[EVENT_TEXT_SIZE];                                 /* printable */
};

/* An EVENT_TURN is left out where nobody has read the ones before: no upload waits for a terminal.
 * False: nobody reads any more. */
bool event_send(int fd, const struct event *event);

/* Whether the record is an event; its texts end then, whatever it holds. */
bool event_read(const void *record, struct event *event);

/* Printable, cut where longer. */
void event_say(struct event *event, const char *format, ...) PRINTF(2, 3);

/* `checking`, `uploading` and so on. */
const char *event_stage_name(enum event_stage stage);

#endif
