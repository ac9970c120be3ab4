/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/check.h"

#include "ispup/push/age.h"
#include "ispup/push/turn.h"
#include "ispup/push/watch.h"
#include "protocol/reply.h"

#include <stdio.h>

/* The image may still be another one: two images may have the same version. */
static bool shows_its_versions(const struct push *push)
{
    const struct versions *image = &push->image->versions;

    if (push->before.has_record || !push->before.has_versions)
        return false;
    for (size_t i = 0; i < VERSIONS_COUNT; i++)
        if (image->texts[i][0] != '\0' &&
            !span_same(span_text(image->texts[i]), span_text(push->before.versions.texts[i])))
            return false;
    return true;
}

static bool check_platform(struct push *push, struct error *err)
{
    struct image_policy policy = {.platform = {""}};
    struct image_name name;

    return !ask_platform(&push->before, &policy.platform) ||
           check_name(span_text(push->image->file_name), &policy, &name, err);
}

/* The camera's answer to any upload in this state. */
static const char *line_for(enum verdict_reason reason)
{
    if (reason == REASON_TRIAL)
        return "ERROR: image on trial: confirm it or roll back first";
    if (reason == REASON_RECEIVING)
        return "ERROR: update in progress";
    return NULL;
}

/* Three states that may last until the camera is restarted. */
static const char *words_for(enum verdict_reason reason)
{
    if (reason == REASON_WRITING)
        return "it writes another image, or needs a restart to go on with it, and would say: "
               "ERROR: update in progress, or not finished; wait, and restart the camera if ispup "
               "status does not change";
    if (reason == REASON_ROLLING_BACK)
        return "it goes back to the image before, or needs a restart to go on with that, and would "
               "say: ERROR: update in progress, or not finished; wait, and restart the camera if "
               "ispup status does not change";
    return "it has not restarted since its last update, and would say: ERROR: image on trial: "
           "confirm it or roll back first; restart the camera if it does not do so by itself";
}

static bool refuse_for_state(struct push *push, enum verdict_reason reason)
{
    const char *state = push->before.status.values[STATUS_ISP_STATE];

    if (reason == REASON_STRANGE_STATE)
        return push_leave(push, reason, "its state is none that this ispup knows (update ispup)",
                          state);
    if (line_for(reason) == NULL)
        return push_settle(push, VERDICT_NOT_DONE, reason, "%s", words_for(reason));
    (void)push_refuse(push, "the camera would say", line_for(reason));
    push->event.outcome.reason = reason;
    return false;
}

/* Nothing was sent, and nothing need be. With --again it is sent. */
static bool leave_as_it_is(struct push *push, enum verdict verdict, enum verdict_reason reason)
{
    if (verdict == VERDICT_ALREADY)
        return push_settle(push, verdict, reason, "%s%s", verdict_text(reason),
                           push->options->check_only ? ": push sends it only with --again"
                                                     : ", nothing was sent (--again sends it)");
    if (reason == REASON_UNCONFIRMED)
        return push_settle(push, verdict, reason, "%s; %s; nothing was sent (--again sends it)",
                           verdict_text(reason), verdict_advice(reason));
    return push_settle(push, verdict, reason,
                       "its log shows the image's versions already, but it may be another image; "
                       "nothing was sent (--again sends it)");
}

/* A camera of an older version tells a lost journal in this line alone. */
static bool has_lost_its_journal(const struct push *push)
{
    return push->before.has_record &&
           verdict_state_of(push->before.status.values[STATUS_ISP_STATE]) != VERDICT_STATE_LOST &&
           span_begins(span_text(push->before.status.values[STATUS_ISP_RESULT]),
                       "ERROR: journal lost");
}

/* The boots of the camera have given up an update or a rollback: it takes another image. */
static bool has_given_up(const struct push *push, enum verdict_reason reason)
{
    return (reason == REASON_WRITING || reason == REASON_ROLLING_BACK) &&
           span_begins(span_text(push->before.status.values[STATUS_ISP_RESULT]),
                       "ERROR: given up after ");
}

static enum verdict decide(const struct push *push, enum verdict_reason *reason)
{
    struct verdict_facts facts = {.action = VERDICT_BEFORE, .has_record = push->before.has_record};

    if (facts.has_record)
        push_compare(push, &push->before.status, &facts);
    else if (shows_its_versions(push))
        facts.versions = VERDICT_VERSIONS_OF_IMAGE;
    return verdict_decide(&facts, reason);
}

static bool check_state(struct push *push)
{
    enum verdict_reason reason;
    enum verdict verdict = decide(push, &reason);
    bool is_asked_only = push->options->again || push->options->check_only;

    if (verdict == VERDICT_NOT_DONE && has_given_up(push, reason))
        return true;
    if (verdict == VERDICT_NOT_DONE || (verdict == VERDICT_WAIT && is_asked_only))
        return refuse_for_state(push, reason);
    if (has_lost_its_journal(push))
        return push_refuse(push, "the camera would say",
                           push->before.status.values[STATUS_ISP_RESULT]);
    if (verdict == VERDICT_WAIT)
        return push_attach(push);
    if (verdict == VERDICT_SEND || push->options->again)
        return true;
    if (verdict == VERDICT_UNKNOWN && push->options->check_only)
        return true;
    return leave_as_it_is(push, verdict, reason);
}

/* Only cameras with a record know signatures. */
static void note_missing_signature(struct push *push)
{
    if (!push->before.has_record || push->image->is_signed || push->image->is_foreign)
        return;
    push->event.once = EVENT_ONCE_IMAGE;
    push_note(push, "the image is not signed: the camera takes it only if its configuration says "
                    "signature = off");
    push->event.once = EVENT_EACH;
}

static void keep_before(struct push *push)
{
    struct outcome *outcome = &push->event.outcome;

    push_keep(push, &push->before, true);
    ask_version(&push->before, outcome->before);
    if (!push->before.has_record)
        (void)snprintf(outcome->id, sizeof(outcome->id), "%s", push->mac);
}

bool push_check(struct push *push)
{
    char line[REPLY_TEXT_LIMIT + 1];
    struct error err = ERROR_EMPTY;

    push_ask_first(push);
    if (!push_take_turn(push) || !push_check_answer(push))
        return false;
    if (!push->before.has_record)
        ask_mac(&push->session, push->mac);
    keep_before(push);
    if (!check_platform(push, &err)) {
        reply_error_line(&err, line);
        return push_refuse(push, "the camera would say", line);
    }
    if (!check_state(push) || !push_check_age(push))
        return false;
    note_missing_signature(push);
    return true;
}

static const char *what_push_sends(const struct push *push)
{
    enum verdict_reason reason;

    if (push->options->again || decide(push, &reason) == VERDICT_SEND)
        return "";
    return reason == REASON_UNCONFIRMED
               ? "; it runs this image, unconfirmed: push sends it only with --again"
               : "; its log shows the image's versions already: push sends it only with --again";
}

void push_check_end(struct push *push)
{
    struct image_platform platform;

    if (!ask_platform(&push->before, &platform))
        (void)push_settle(push, VERDICT_UNKNOWN, REASON_VERSIONS_UNKNOWN,
                          "the camera shows neither its platform nor its versions: %s",
                          push->before.words);
    else if (push->image->is_foreign)
        (void)push_settle(push, VERDICT_UNKNOWN, REASON_FOREIGN,
                          "name, size and gzip are valid, nothing else can be checked%s",
                          what_push_sends(push));
    else
        (void)push_settle(push, VERDICT_DONE, REASON_FREE, "its platform and state allow it%s%s",
                          push->before.has_record ? "" : ", as far as its log shows",
                          what_push_sends(push));
}
