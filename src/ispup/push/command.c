/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/command.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/memory.h"
#include "ispup/remote/explain.h"
#include "ispup/remote/jobs.h"

#include <stdio.h>
#include <string.h>

enum { SECOND = 1000, DENIED_COUNT = 5 };

static bool no_body(struct http_upload *upload, void *data, size_t capacity, size_t *got)
{
    (void)upload;
    (void)data;
    (void)capacity;
    *got = 0;
    return true;
}

struct sending {
    struct http_upload upload; /* first: its address is the sending's */
    uint64_t until;
};

static bool turn(struct http_upload *upload, uint64_t sent)
{
    (void)sent;
    return clock_milliseconds() < ((struct sending *)upload)->until;
}

static void read_reply(struct push *push, bool whole, const struct error *err)
{
    const struct http_reply *reply = push->session.reply;
    char words[ANSWER_TEXT_SIZE + HTTP_PLACE_SIZE + 64];
    bool is_fine = whole && reply->status == HTTP_FINE;
    struct answer answer;

    answer_read(http_body(reply), &answer);
    push->reply = VERDICT_REPLY_LOST;
    if (is_fine && answer.kind == ANSWER_ERROR)
        push->reply = VERDICT_REPLY_ERROR;
    else if (is_fine && answer.kind == ANSWER_OK)
        push->reply = VERDICT_REPLY_OK;
    explain_reply(reply, answer.text, words, sizeof(words));
    span_printable(span_text(whole ? words : err->text), push->words, sizeof(push->words));
}

static void post(struct push *push, uint64_t until)
{
    char target[HTTP_TARGET_SIZE], field[SESSION_FIELD_SIZE];
    struct sending sending = {.until = until};
    struct error err = ERROR_EMPTY;
    bool whole;

    session_target(&push->session, "update", push->options->order->command, target);
    session_field(&push->session, field);
    sending.upload.read = no_body;
    sending.upload.turn = turn;
    sending.upload.target = target;
    sending.upload.content_type = "application/x-www-form-urlencoded";
    sending.upload.field = field[0] == '\0' ? NULL : field;
    push->event.outcome.tries = 1;
    push->event.is_body_sent = true;
    push_stage(push, STAGE_WRITING);
    whole = http_post(&push->session.peer, &sending.upload, push->session.reply, &err);
    memory_wipe(target, sizeof(target));
    memory_wipe(field, sizeof(field));
    session_hide_password(&push->session);
    read_reply(push, whole, &err);
}

static bool runs_previous(const struct push *push, const struct status *now)
{
    const char *previous = push->before.status.values[STATUS_ISP_PREVIOUS_SHA256];

    return previous[0] != '\0' && strcmp(now->values[STATUS_ISP_IMAGE_SHA256], previous) == 0;
}

static void look(struct push *push, struct order_facts *facts, unsigned *denied)
{
    struct seen seen;

    push_ask(push, &push->session, &seen);
    push_read(push, &seen, &facts->seen);
    *denied = seen.is_denied ? *denied + 1 : 0;
    facts->seen.is_settled = *denied >= DENIED_COUNT;
    if (seen.has_record)
        facts->runs_previous = runs_previous(push, &seen.status);
    if (facts->seen.id == VERDICT_ID_SAME)
        push_keep(push, &seen, false);
    ask_version(&seen, push->event.outcome.after);
    span_printable(span_text(seen.has_record ? seen.status.values[STATUS_ISP_STATE] : seen.words),
                   push->event.text, sizeof(push->event.text));
}

static void settle(struct push *push, enum verdict verdict, enum verdict_reason reason)
{
    const char *advice = verdict_advice(reason);

    if (verdict == VERDICT_NOT_DONE)
        (void)push_settle(push, verdict, verdict_reason_of(push->words, true), "%s", push->words);
    else if (verdict == VERDICT_DONE && push->reply == VERDICT_REPLY_ERROR)
        (void)push_settle(push, verdict, reason, "%s (it replied %s)", push->event.text,
                          push->words);
    else if (verdict == VERDICT_DONE)
        (void)push_settle(push, verdict, reason, "%s", push->event.text);
    else
        (void)push_settle(push, verdict, reason, "%s: %s%s%s (it replied %s)", verdict_text(reason),
                          push->event.text, advice[0] == '\0' ? "" : "; ", advice, push->words);
}

/* Between two writes of its files a camera can look ended for an instant; so an ERROR counts, and
 * all else is asked again. */
static void watch(struct push *push, uint64_t until)
{
    struct order_facts facts = {
        .kind = push->options->order->kind,
        .was_unconfirmed = verdict_state_of(push->before.status.values[STATUS_ISP_STATE]) ==
                           VERDICT_STATE_UNCONFIRMED,
        .seen = {.action = VERDICT_UPLOAD, .reply = push->reply, .has_record = true}};
    enum verdict_reason reason;
    enum verdict verdict;
    unsigned denied = 0;

    look(push, &facts, &denied);
    while ((verdict = order_decide(&facts, &reason)) == VERDICT_WAIT &&
           !jobs_is_alone(push->events)) {
        push_tell(push, facts.seen.state == VERDICT_STATE_TRIAL ? STAGE_TRIAL : STAGE_RESTARTING,
                  reason, until);
        facts.seen.is_over = clock_milliseconds() >= until;
        look(push, &facts, &denied);
    }
    settle(push, verdict, reason);
}

static bool check(struct push *push)
{
    const struct seen *seen = &push->before;

    if (!push_check_answer(push))
        return false;
    if (!seen->has_record)
        return push_leave(push, REASON_NO_RECORD, "it shows no record", seen->words);
    if (fd_wait(push->gate, 0))
        return push_settle(push, VERDICT_NOT_DONE, REASON_INTERRUPTED,
                           "interrupted before anything was sent");
    return true;
}

void push_command(struct push *push)
{
    uint64_t until = clock_milliseconds() + push->options->wait * SECOND;

    push_ask_record(push, &push->session, &push->before);
    push_keep(push, &push->before, true);
    ask_version(&push->before, push->event.outcome.before);
    if (!check(push))
        return;
    post(push, until);
    watch(push, until);
}
