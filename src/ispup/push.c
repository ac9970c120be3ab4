/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push.h"

#include "base/clock.h"

#include <stdarg.h>
#include <stdio.h>

enum { SECOND = 1000 };

static void wait_for_turn(struct push *push)
{
    uint64_t passed = clock_milliseconds() - push->asked_at;

    if (push->asked_at != 0 && passed < SECOND)
        clock_sleep(SECOND - passed);
    push->asked_at = clock_milliseconds();
}

void push_ask_record(struct push *push, struct session *session, struct seen *seen)
{
    wait_for_turn(push);
    ask(session, true, seen);
}

void push_ask(struct push *push, struct session *session, struct seen *seen)
{
    bool is_first = push->asked_at == 0;

    wait_for_turn(push);
    if (is_first || push->before.has_record)
        ask(session, !is_first, seen);
    else
        ask_log(session, seen);
}

void push_stage(struct push *push, enum event_stage stage)
{
    struct event *event = &push->event;

    if (event->kind == EVENT_STAGE && event->stage == stage)
        return;
    event->kind = EVENT_STAGE;
    event->stage = stage;
    event->percent = 0;
    (void)event_send(push->events, event);
}

void push_turn(struct push *push, unsigned percent)
{
    struct event turn = push->event;

    push->event.percent = percent;
    turn.kind = EVENT_TURN;
    turn.percent = percent;
    (void)event_send(push->events, &turn);
}

void push_note(struct push *push, const char *text)
{
    struct event note = push->event;

    note.kind = EVENT_NOTE;
    event_say(&note, "%s", text);
    (void)event_send(push->events, &note);
}

bool push_settle(struct push *push, enum truth outcome, const char *format, ...)
{
    char text[EVENT_TEXT_SIZE];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(text, sizeof(text), format, values);
    va_end(values);
    push->event.outcome = outcome;
    event_say(&push->event, "%s", text);
    return false;
}

bool push_leave(struct push *push, const char *what, const char *cause)
{
    return push_settle(push, push->wish->check_only ? TRUTH_UNKNOWN : TRUTH_NOT_DONE,
                       "%s, nothing was sent: %s", what, cause);
}

static void go_on(struct push *push)
{
    if (push->wish->check_only)
        push_check_end(push);
    else if (push_upload(push))
        push_watch(push);
}

/* The way of one camera, one call a step. */
static void run(struct push *push)
{
    struct error err = ERROR_EMPTY;

    if (!http_begin(&err) || !session_open(&push->session, push->target, push->wish->cacert,
                                           push->wish->is_insecure, &err)) {
        (void)push_leave(push, "cannot be asked", err.text);
        return;
    }
    push_stage(push, STAGE_CHECKING);
    if (push_check(push) && push_form(push))
        go_on(push);
    session_close(&push->session);
    http_end();
}

void push_run(const struct push_wish *wish, const struct image_file *image,
              const struct target *target, int events, int gate)
{
    struct push push = {.wish = wish,
                        .image = image,
                        .target = target,
                        .events = events,
                        .gate = gate,
                        .event = {.kind = EVENT_KIND_COUNT, .size = image->size}};

    run(&push);
    push.event.kind = EVENT_OUTCOME;
    push.event.stage = STAGE_ENDED;
    (void)event_send(events, &push.event);
}
