/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/turn.h"

#include "base/clock.h"
#include "base/fd.h"

#include <inttypes.h>
#include <stdio.h>

enum { SECOND = 1000, LOOK_MILLISECONDS = 250 };

/* The camera itself refuses a second update: the lock only makes push wait for the first one. */
static bool go_on_without(struct push *push, const struct error *err)
{
    char text[ERROR_TEXT_SIZE + 64];

    (void)snprintf(text, sizeof(text), "push does not wait for another push: %s", err->text);
    push->event.once = EVENT_ONCE_LOCK;
    push_note(push, text);
    push->event.once = EVENT_EACH;
    return true;
}

static void note_waiting(struct push *push)
{
    char text[128];

    (void)snprintf(text, sizeof(text),
                   "another push of this machine sends to it: waiting, at most %" PRIu64 " seconds",
                   push->options->wait);
    push_note(push, text);
}

static bool wait_for_lock(struct push *push, uint64_t until, struct error *err)
{
    bool taken = false;

    while (lock_try(&push->lock, &taken, err) && !taken) {
        if (fd_wait(push->gate, LOOK_MILLISECONDS))
            return push_settle(push, VERDICT_NOT_DONE, REASON_INTERRUPTED,
                               "interrupted before anything was sent");
        if (clock_milliseconds() >= until)
            return push_leave(push, REASON_OTHER_PUSH, "another push of this machine sends to it",
                              "--wait is over");
    }
    return taken || go_on_without(push, err);
}

/* The other push may have ended at OK, and its camera restarts. */
static bool is_restarting(const struct seen *seen)
{
    return !seen->is_reached ||
           (seen->has_record &&
            verdict_state_of(seen->status.values[STATUS_ISP_STATE]) == VERDICT_STATE_RESTARTING);
}

static void ask_after(struct push *push, uint64_t until)
{
    do
        push_ask_first(push);
    while (is_restarting(&push->before) && !fd_wait(push->gate, 0) && clock_milliseconds() < until);
}

/* The other push may have ended between the answer and the lock. */
static bool is_receiving(const struct seen *seen)
{
    enum verdict_state state = verdict_state_of(seen->status.values[STATUS_ISP_STATE]);

    return seen->has_record && (state == VERDICT_STATE_RECEIVING ||
                                state == VERDICT_STATE_CHECKING || state == VERDICT_STATE_WRITING);
}

bool push_take_turn(struct push *push)
{
    const struct http_peer *peer = &push->session.peer;
    uint64_t until = clock_milliseconds() + push->options->wait * SECOND;
    struct error err = ERROR_EMPTY;
    bool taken;

    if (push->options->check_only || peer->address[0] == '\0')
        return true;
    if (!lock_prepare(&push->lock, peer->address, peer->zone, push->target->port, &err) ||
        !lock_try(&push->lock, &taken, &err))
        return go_on_without(push, &err);
    if (taken && is_receiving(&push->before))
        push_ask_first(push);
    if (taken)
        return true;
    note_waiting(push);
    if (!wait_for_lock(push, until, &err))
        return false;
    ask_after(push, until);
    return true;
}
