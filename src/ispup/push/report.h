/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One push of one camera, and what every step of it calls: ask the camera, report how far the push
 * is, settle how it ends.
 */
#ifndef ISPUP_PUSH_REPORT_H
#define ISPUP_PUSH_REPORT_H

#include "ispup/push/event.h"
#include "ispup/push/lock.h"
#include "ispup/push/order_verdict.h"
#include "ispup/release/image_file.h"
#include "ispup/remote/ask.h"

/* A command without a body that is sent instead of an image. */
struct push_order {
    const char *verb, *command; /* `confirm`, `CONFIRM` */
    enum order_kind kind;
};

/* The answer to EVENT_READY: one byte. Any other one, or the end: send nothing. */
enum { PUSH_GO = 'g', PUSH_LEAVE = 'n' };

/* What the command line asks for; the same for all cameras. */
struct push_options {
    const struct push_order *order; /* borrowed, like the three below; NULL: an image is sent */
    const char *image;
    const char *keys; /* a folder, or NULL */
    const char *cacert;
    struct http_witness *witness; /* borrowed, or NULL */
    bool is_insecure;
    bool check_only;
    bool may_be_foreign;
    bool again;
    bool allow_older;
    bool asks_first; /* sends EVENT_READY, and reads PUSH_GO from `events` before it sends a byte */
    uint64_t rate;   /* bytes a second; 0: no limit */
    /* Instead of `rate`; borrowed, or NULL. The caller changes it while the upload runs. */
    const _Atomic uint32_t *rate_now;
    uint64_t wait;  /* seconds */
    uint64_t stall; /* seconds */
};

struct push {
    const struct push_options *options; /* borrowed, like the two below */
    const struct image_file *image;     /* NULL for an order */
    const struct target *target;
    int events; /* borrowed: takes struct event */
    int gate;   /* borrowed: at its end when no new upload may begin */
    struct session session;
    struct lock lock;       /* owned: of this camera */
    struct seen before;     /* what the camera said before a byte was sent */
    char mac[ASK_MAC_SIZE]; /* of a camera without a record; empty: not shown */
    bool is_query_noted;
    uint64_t began_at;  /* milliseconds */
    uint64_t asked_at;  /* when the camera was asked last, milliseconds */
    struct event event; /* the last one */
    enum verdict_reply reply;
    char words[ANSWER_TEXT_SIZE]; /* the camera's reply to the upload, or why there is none */
};

/* Finds out what the camera is, and fills in `before`. At most one question a second. */
void push_ask_first(struct push *push);

/* Asks for the record if the camera has one, else for its log. At most one question a second. */
void push_ask(struct push *push, struct session *session, struct seen *seen);

/* Asks for the record, even if the camera had none before. At most one question a second. */
void push_ask_record(struct push *push, struct session *session, struct seen *seen);

/* The facts of a record, compared with the record before the upload. */
void push_compare(const struct push *push, const struct status *now, struct verdict_facts *facts);

/* The facts of an answer: what it is, whose, and if it is a record, what that says. */
void push_read(const struct push *push, const struct seen *seen, struct verdict_facts *facts);

/* Reports what it waits for, and until when (milliseconds). */
void push_tell(struct push *push, enum event_stage stage, enum verdict_reason reason,
               uint64_t until);

/* Reports that another stage begins, or that it goes on. */
void push_stage(struct push *push, enum event_stage stage);
void push_turn(struct push *push, unsigned percent);

/* Reports one line for a person. */
void push_note(struct push *push, const char *text);

/* Keeps for the outcome what a record shows now; `before`: no byte was sent yet. */
void push_keep(struct push *push, const struct seen *seen, bool before);

/* Settles the outcome, with a text. Always returns false. */
bool push_settle(struct push *push, enum verdict verdict, enum verdict_reason reason,
                 const char *format, ...) PRINTF(4, 5);

/* Settles a camera that could not be asked: as not done, or with --check as unknown. Always returns
 * false. */
bool push_leave(struct push *push, enum verdict_reason reason, const char *what, const char *cause);

/* Settles it as not done: the camera's line, and what to do about it. The reason is the line's
 * class. Always returns false. */
bool push_refuse(struct push *push, const char *said_by, const char *line);

/* Whether the camera answered the first question, and took the account. False: settled. */
bool push_check_answer(struct push *push);

#endif
