/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/upload.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/memory.h"
#include "ispup/push/body.h"
#include "ispup/remote/explain.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum {
    SECOND = 1000,
    TELL_EVERY = 250,
    REST_MILLISECONDS = 300,
    REPLY_SECONDS = 30,
    ANSWER_SECONDS = 5,
    LEAST_RATE = 1024
};

/* One upload, and the reason why it ended early. */
struct sending {
    struct http_upload upload; /* first: its address is the sending's */
    struct push *push;         /* borrowed */
    struct push_body body;
    struct session second; /* asks for progress while the upload waits for its reply */
    struct error cause;    /* why it was ended early, or could not be read */
    uint64_t told_at;      /* when progress was reported last */
    uint64_t window_at,
        window_sent;   /* when the stall limit was checked last, and the bytes sent then */
    uint64_t moved_at; /* when the camera last showed progress */
    bool has_restarted;
    uint64_t reply_at; /* when its reply began; 0: not yet */
    char progress[STATUS_VALUE_SIZE];
};

/* Where the upload goes; it holds the password. */
struct address {
    char target[HTTP_TARGET_SIZE], referer[SESSION_REFERER_SIZE], field[SESSION_FIELD_SIZE];
};

static struct sending *sending_of(struct http_upload *upload)
{
    return (struct sending *)upload;
}

static bool give(struct http_upload *upload, void *data, size_t capacity, size_t *got)
{
    struct sending *sending = sending_of(upload);

    if (!push_body_read(&sending->body, data, capacity, got, &sending->cause))
        return false;
    sending->push->event.is_body_sent = true;
    sending->push->event.outcome.tries = 1;
    return true;
}

static uint64_t rate_of(const struct push_options *options)
{
    return options->rate_now == NULL ? options->rate : atomic_load(options->rate_now);
}

static bool has_stalled(struct sending *sending, uint64_t now, uint64_t sent)
{
    uint64_t limit = sending->push->options->stall;

    if (now - sending->window_at < limit * SECOND)
        return false;
    if (sent - sending->window_sent < limit * LEAST_RATE) {
        (void)error_set(&sending->cause, ERROR_UPLOAD,
                        "the upload stalled: less than %d bytes a second for %" PRIu64 " seconds",
                        LEAST_RATE, limit);
        return true;
    }
    sending->window_at = now;
    sending->window_sent = sent;
    return false;
}

/* With a status other than 200 the web server speaks: its program may have been killed while the
 * update goes on. But an error about the request comes before the program starts. */
static bool is_refusal(const struct http_reply *reply, const struct answer *answer)
{
    return answer->kind == ANSWER_ERROR &&
           (reply->status == HTTP_FINE || span_begins(span_text(answer->text), "ERROR: request: "));
}

/* A complete ERROR line ends the upload: the rest of the body would be sent in vain. A line OK,
 * which contradicts it, has a moment to follow. A reply that does not end is read for
 * REPLY_SECONDS. */
static bool has_heard_enough(struct sending *sending, uint64_t now)
{
    struct span body = http_body(sending->push->session.reply);
    struct answer answer;

    if (body.size == 0)
        return false;
    if (sending->reply_at == 0)
        sending->reply_at = now;
    answer_read(body, &answer);
    if (is_refusal(sending->push->session.reply, &answer) && body.data[body.size - 1] == '\n' &&
        now - sending->reply_at >= REST_MILLISECONDS)
        return error_set(&sending->cause, ERROR_UPLOAD, "it refused"), true;
    if (now - sending->reply_at > REPLY_SECONDS * SECOND)
        return error_set(&sending->cause, ERROR_UPLOAD, "its reply does not end"), true;
    return false;
}

/* A reply that was sent before the restart may still wait to be read: it has until the next
 * question. */
static bool has_time_to_arrive(struct sending *sending)
{
    if (!sending->has_restarted) {
        sending->has_restarted = true;
        return true;
    }
    return error_set(&sending->cause, ERROR_UPLOAD, "it restarted before it replied");
}

/* Once a second: reads the progress, and checks that the camera has not restarted. */
static bool is_still_there(struct sending *sending, uint64_t now)
{
    struct push *push = sending->push;
    const struct status *before = &push->before.status;
    struct seen seen;

    if (!push->before.has_record || now - push->asked_at < SECOND)
        return true;
    push_ask(push, &sending->second, &seen);
    if (!seen.has_record)
        return true;
    if (strcmp(seen.status.values[STATUS_BOOT_ID], before->values[STATUS_BOOT_ID]) != 0)
        return has_time_to_arrive(sending);
    if (strcmp(seen.status.values[STATUS_ISP_BLOCKS], sending->progress) != 0)
        sending->moved_at = now;
    (void)snprintf(sending->progress, sizeof(sending->progress), "%s",
                   seen.status.values[STATUS_ISP_BLOCKS]);
    push_turn(push, ask_percent(&seen.status));
    return true;
}

static bool wait_for_reply(struct sending *sending, uint64_t now)
{
    struct push *push = sending->push;

    if (push->event.stage != STAGE_WRITING) {
        event_say(&push->event, "waits for its reply");
        push_stage(push, STAGE_WRITING);
        sending->moved_at = now;
    }
    if (now - sending->moved_at > push->options->wait * SECOND)
        return error_set(&sending->cause, ERROR_UPLOAD, "no reply for %" PRIu64 " seconds",
                         push->options->wait);
    return is_still_there(sending, now);
}

static bool turn(struct http_upload *upload, uint64_t sent)
{
    struct sending *sending = sending_of(upload);
    struct push *push = sending->push;
    uint64_t now = clock_milliseconds();

    push->event.sent = sent;
    upload->rate = rate_of(push->options);
    if (has_heard_enough(sending, now))
        return false;
    if (sent == upload->size)
        return wait_for_reply(sending, now);
    if (has_stalled(sending, now, sent))
        return false;
    if (now - sending->told_at >= TELL_EVERY) {
        sending->told_at = now;
        push_turn(push, (unsigned)(100 * sent / upload->size));
    }
    return true;
}

static void read_reply(struct push *push, bool whole, const struct error *cause)
{
    const struct http_reply *reply = push->session.reply;
    char words[ANSWER_TEXT_SIZE + HTTP_PLACE_SIZE + 64];
    struct answer answer;

    answer_read(http_body(reply), &answer);
    if (is_refusal(reply, &answer))
        push->reply = VERDICT_REPLY_ERROR;
    else if (whole && reply->status == HTTP_FINE && answer.kind == ANSWER_OK)
        push->reply = VERDICT_REPLY_OK;
    else
        push->reply = VERDICT_REPLY_LOST;
    if (push->reply != VERDICT_REPLY_LOST) {
        (void)snprintf(push->words, sizeof(push->words), "%s", answer.text);
        return;
    }
    explain_reply(reply, answer.text, words, sizeof(words));
    if (reply->status != 0 && reply->status != HTTP_FINE)
        (void)snprintf(push->words, sizeof(push->words), "%.*s", ANSWER_TEXT_SIZE - 1, words);
    else if (!whole)
        (void)snprintf(push->words, sizeof(push->words), "no whole reply: %.150s", cause->text);
    else
        (void)snprintf(push->words, sizeof(push->words), "an unexpected reply: %.150s", words);
}

/* The camera may reply before it has taken a byte of the body. */
static bool settle_unsent(struct push *push, bool whole, const struct error *cause)
{
    read_reply(push, whole, cause);
    if (push->reply == VERDICT_REPLY_ERROR)
        return push_refuse(push, "the camera says", push->words);
    return push_settle(push, VERDICT_NOT_DONE, REASON_UNSENT, "nothing was sent: %s",
                       push->session.reply->status == 0 ? cause->text : push->words);
}

/* Puts the credentials into the header field; if the camera does not know it, into the POST's own
 * query if the camera has a record, else into the specification's Referer. The caller wipes it. */
static void address(const struct push *push, struct http_upload *upload, struct address *address)
{
    char form[HTTP_TARGET_SIZE];

    *address = (struct address){.target = ""};
    upload->target = address->target;
    session_field(&push->session, address->field);
    upload->field = address->field[0] == '\0' ? NULL : address->field;
    if (!push->session.uses_query || push->before.has_record) {
        session_target(&push->session, "update", "ISP_IMAGE_SAVE", address->target);
        return;
    }
    (void)snprintf(address->target, HTTP_TARGET_SIZE, "/cgi-bin/update?ISP_IMAGE_SAVE");
    session_target(&push->session, "update", "ISP_IMAGE", form);
    (void)snprintf(address->referer, SESSION_REFERER_SIZE, "%s%s", push->target->origin, form);
    memory_wipe(form, sizeof(form));
    upload->referer = address->referer;
}

static bool send_form(struct push *push, struct sending *sending)
{
    struct address where;
    struct error err = ERROR_EMPTY;
    uint64_t now = clock_milliseconds();
    bool whole;

    sending->upload.read = give;
    sending->upload.turn = turn;
    sending->upload.content_type = sending->body.content_type;
    sending->upload.size = push_body_size(&sending->body);
    sending->upload.rate = rate_of(push->options);
    sending->window_at = sending->told_at = now;
    push->event.size = sending->upload.size;
    address(push, &sending->upload, &where);
    push_stage(push, STAGE_UPLOADING);
    whole = http_post(&push->session.peer, &sending->upload, push->session.reply, &err);
    memory_wipe(&where, sizeof(where));
    session_hide_password(&push->session);
    if (!whole && sending->cause.kind != ERROR_NONE)
        err = sending->cause;
    if (!push->event.is_body_sent)
        return settle_unsent(push, whole, &err);
    read_reply(push, whole, &err);
    return true;
}

static bool has_leave(struct push *push)
{
    struct error err = ERROR_EMPTY;
    char answer = PUSH_LEAVE;
    size_t got = 0;

    if (!push->options->asks_first)
        return true;
    push->event.kind = EVENT_READY;
    return event_send(push->events, &push->event) &&
           fd_read(push->events, &answer, 1, &got, &err) && got == 1 && answer == PUSH_GO;
}

/* A signal may have closed the gate, and the image's file may have been replaced. */
static bool may_begin(struct push *push)
{
    if (fd_wait(push->gate, 0))
        return push_settle(push, VERDICT_NOT_DONE, REASON_INTERRUPTED,
                           "interrupted before anything was sent");
    if (!has_leave(push))
        return push_settle(push, VERDICT_NOT_DONE, REASON_INTERRUPTED,
                           "left before anything was sent");
    if (!image_file_is_same(push->image))
        return push_settle(push, VERDICT_NOT_DONE, REASON_IMAGE_CHANGED,
                           "the image has changed since it was checked, nothing was sent");
    return true;
}

bool push_upload(struct push *push)
{
    struct sending sending = {.push = push};
    struct error err = ERROR_EMPTY;
    bool sent;

    if (!may_begin(push))
        return false;
    if (!push_body_open(&sending.body, push->image, &err) ||
        !session_open(&sending.second, push->target, push->options->cacert,
                      push->options->is_insecure, &err))
        return push_settle(push, VERDICT_NOT_DONE, REASON_LOCAL, "nothing was sent: %s", err.text);
    sending.second.seconds = ANSWER_SECONDS;
    sending.second.peer = push->session.peer;
    sending.second.uses_query = push->session.uses_query;
    sent = send_form(push, &sending);
    session_close(&sending.second);
    return sent;
}
