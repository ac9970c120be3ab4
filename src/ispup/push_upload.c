/* SPDX-License-Identifier: Apache-2.0 */
/* The specification's stages 3 and 4: the filled form is sent, once. */
#include "base/clock.h"
#include "base/fd.h"
#include "ispup/push.h"
#include "ispup/push_body.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SECOND = 1000, TELL_EVERY = 250, REPLY_SECONDS = 30, ANSWER_SECONDS = 5, LEAST_RATE = 1024 };

/* The exchange of stage 3 and 4, and what ends it. */
struct sending {
    struct http_upload upload; /* first: its address is the sending's */
    struct push *push;         /* borrowed */
    struct push_body body;
    struct session second;           /* asks for progress while the first waits for its reply */
    struct error cause;              /* why it was ended, or what could not be read */
    uint64_t told_at;                /* when people were last told how far it is */
    uint64_t window_at, window_sent; /* when the stall limit last looked, and what was sent then */
    uint64_t moved_at;               /* when the camera last showed progress */
    uint64_t reply_at;               /* when its reply began; 0: it has not */
    char progress[STATUS_VALUE_SIZE];
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
    return true;
}

static bool has_stalled(struct sending *sending, uint64_t now, uint64_t sent)
{
    uint64_t limit = sending->push->wish->stall;

    if (now - sending->window_at < limit * SECOND)
        return false;
    if (sent - sending->window_sent < limit * LEAST_RATE) {
        (void)error_set(&sending->cause, ERROR_UPLOAD,
                        "it took less than %d bytes a second for %" PRIu64 " seconds", LEAST_RATE,
                        limit);
        return true;
    }
    sending->window_at = now;
    sending->window_sent = sent;
    return false;
}

/* With another status than 200 it is the web server's word: its program may have been killed, and
 * the update go on. What it says of the request, it says before it begins a program. */
static bool is_refusal(const struct http_reply *reply, const struct answer *answer)
{
    return answer->kind == ANSWER_ERROR &&
           (reply->status == HTTP_FINE || span_begins(span_text(answer->text), "ERROR: request: "));
}

/* Whole refusals end it: the rest of the body would be sent for nothing. A reply that does not end
 * is read for a time. */
static bool has_heard_enough(struct sending *sending, uint64_t now)
{
    struct span body = http_body(sending->push->session.reply);
    struct answer answer;

    if (body.size == 0)
        return false;
    if (sending->reply_at == 0)
        sending->reply_at = now;
    answer_read(body, &answer);
    if (is_refusal(sending->push->session.reply, &answer) && body.data[body.size - 1] == '\n')
        return error_set(&sending->cause, ERROR_UPLOAD, "it refused"), true;
    if (now - sending->reply_at > REPLY_SECONDS * SECOND)
        return error_set(&sending->cause, ERROR_UPLOAD, "its reply does not end"), true;
    return false;
}

/* Once a second: how far the camera is, and whether it is still the one that got the body. */
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
        return error_set(&sending->cause, ERROR_UPLOAD, "it restarted before it replied");
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
        push_stage(push, STAGE_WRITING);
        sending->moved_at = now;
    }
    if (now - sending->moved_at > push->wish->wait * SECOND)
        return error_set(&sending->cause, ERROR_UPLOAD, "no reply for %" PRIu64 " seconds",
                         push->wish->wait);
    return is_still_there(sending, now);
}

static bool turn(struct http_upload *upload, uint64_t sent)
{
    struct sending *sending = sending_of(upload);
    struct push *push = sending->push;
    uint64_t now = clock_milliseconds();

    push->event.sent = sent;
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
    struct answer answer;

    answer_read(http_body(reply), &answer);
    if (is_refusal(reply, &answer))
        push->reply = TRUTH_REPLY_ERROR;
    else if (whole && reply->status == HTTP_FINE && answer.kind == ANSWER_OK)
        push->reply = TRUTH_REPLY_OK;
    else
        push->reply = TRUTH_REPLY_LOST;
    if (push->reply != TRUTH_REPLY_LOST)
        (void)snprintf(push->words, sizeof(push->words), "%s", answer.text);
    else if (answer.kind == ANSWER_ERROR)
        (void)snprintf(push->words, sizeof(push->words), "HTTP status %ld: %.150s", reply->status,
                       answer.text);
    else if (!whole)
        (void)snprintf(push->words, sizeof(push->words), "no whole reply: %.150s", cause->text);
    else if (reply->status != HTTP_FINE)
        (void)snprintf(push->words, sizeof(push->words), "HTTP status %ld", reply->status);
    else
        (void)snprintf(push->words, sizeof(push->words), "an odd reply: %.150s",
                       answer.kind == ANSWER_NOTHING ? "empty" : answer.text);
}

/* With credentials in the POST's own query where that is known to be understood, else in the
 * specification's Referer. Both texts are the caller's, and wiped by it. */
static void address(const struct push *push, struct http_upload *upload,
                    char target[HTTP_TARGET_SIZE], char referer[SESSION_REFERER_SIZE])
{
    char form[HTTP_TARGET_SIZE];

    upload->target = target;
    if (push->before.has_record) {
        session_target(&push->session, "update", "ISP_IMAGE_SAVE", target);
        return;
    }
    (void)snprintf(target, HTTP_TARGET_SIZE, "/cgi-bin/update?ISP_IMAGE_SAVE");
    session_target(&push->session, "update", "ISP_IMAGE", form);
    (void)snprintf(referer, SESSION_REFERER_SIZE, "%s%s", push->target->origin, form);
    explicit_bzero(form, sizeof(form));
    upload->referer = referer;
}

static bool send_form(struct push *push, struct sending *sending)
{
    char target[HTTP_TARGET_SIZE], referer[SESSION_REFERER_SIZE];
    struct error err = ERROR_EMPTY;
    uint64_t now = clock_milliseconds();
    bool whole;

    sending->upload.read = give;
    sending->upload.turn = turn;
    sending->upload.content_type = sending->body.content_type;
    sending->upload.size = push_body_size(&sending->body);
    sending->upload.rate = push->wish->rate;
    sending->window_at = sending->told_at = now;
    push->event.size = sending->upload.size;
    address(push, &sending->upload, target, referer);
    push_stage(push, STAGE_UPLOADING);
    whole = http_post(&push->session.peer, &sending->upload, push->session.reply, &err);
    explicit_bzero(target, sizeof(target));
    explicit_bzero(referer, sizeof(referer));
    session_hide_password(&push->session);
    if (!whole && sending->cause.kind != ERROR_NONE)
        err = sending->cause;
    if (!push->event.is_body_sent)
        return push_settle(push, TRUTH_NOT_DONE, "nothing was sent: %s", err.text);
    read_reply(push, whole, &err);
    return true;
}

/* Whoever looks after all cameras may have closed the gate, and somebody else have built the image
 * anew. */
static bool may_begin(struct push *push)
{
    if (fd_wait(push->gate, 0))
        return push_settle(push, TRUTH_NOT_DONE, "interrupted before anything was sent");
    if (!image_file_is_same(push->image))
        return push_settle(push, TRUTH_NOT_DONE,
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
        !session_open(&sending.second, push->target, push->wish->cacert, push->wish->is_insecure,
                      &err))
        return push_settle(push, TRUTH_NOT_DONE, "nothing was sent: %s", err.text);
    sending.second.seconds = ANSWER_SECONDS;
    sent = send_form(push, &sending);
    session_close(&sending.second);
    return sent;
}
