/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way of one camera through `ispup push`, in a process of its own: ask, check, upload, watch.
 * Each step takes what the step before it found out.
 */
#ifndef ISPUP_PUSH_H
#define ISPUP_PUSH_H

#include "ispup/ask.h"
#include "ispup/event.h"
#include "ispup/image_file.h"

/* What a person asked for; the same for all cameras. */
struct push_wish {
    const char *image; /* borrowed, like the two below */
    const char *keys;  /* a folder, or NULL */
    const char *cacert;
    bool is_insecure;
    bool check_only;
    bool may_be_foreign;
    bool again;
    uint64_t rate;  /* bytes a second; 0: as fast as it goes */
    uint64_t wait;  /* seconds */
    uint64_t stall; /* seconds */
};

struct push {
    const struct push_wish *wish; /* borrowed, like the two below */
    const struct image_file *image;
    const struct target *target;
    int events; /* borrowed: where they are told */
    int gate;   /* borrowed: has ended when no new upload may begin */
    struct session session;
    struct seen before; /* what the camera said before a byte was sent */
    uint64_t asked_at;  /* when the camera was last asked what it is, milliseconds */
    struct event event; /* the last one */
    enum truth_reply reply;
    char words[ANSWER_TEXT_SIZE]; /* what it replied to the upload, or why there is no reply */
};

/* All of it. Tells events, the last of which is the outcome, and returns when that is told. */
void push_run(const struct push_wish *wish, const struct image_file *image,
              const struct target *target, int events, int gate);

/* push_check.c: whether the camera would take the image. False: it is settled, and the outcome is
 * in the push's event. */
bool push_check(struct push *push);

/* Settles it as not done: the camera's line, and what to do about it. Always returns false. */
bool push_refuse(struct push *push, const char *said_by, const char *line);

/* Where no more than that was asked for: what it would be. */
void push_check_end(struct push *push);

/* push_form.c: asks for the form; whether it leads where an image goes. False: it is settled. */
bool push_form(struct push *push);

/* push.c: settles it where the camera could not be asked: as not done, or where no more was asked
 * for than what it would say, as unknown. Always returns false. */
bool push_leave(struct push *push, const char *what, const char *cause);

/* push_upload.c: sends the form, once. False: nothing of the body was sent, and the
 * outcome is in the push's event. Else `reply` and `words` are set. */
bool push_upload(struct push *push);

/* push_watch.c: asks until something can be said; the outcome is in the push's event. */
void push_watch(struct push *push);

/* Asks what the camera is the first time, then what became of it, by the way that it answered
 * then; at most once a second. */
void push_ask(struct push *push, struct session *session, struct seen *seen);

/* Asks for the record, whether it was there before or not; at most once a second, too. */
void push_ask_record(struct push *push, struct session *session, struct seen *seen);

/* Tells that another stage begins, or that it goes on. */
void push_stage(struct push *push, enum event_stage stage);
void push_turn(struct push *push, unsigned percent);

/* Tells something worth a line. */
void push_note(struct push *push, const char *text);

/* Settles the outcome, with a text. Always returns false. */
bool push_settle(struct push *push, enum truth outcome, const char *format, ...) PRINTF(3, 4);

#endif
