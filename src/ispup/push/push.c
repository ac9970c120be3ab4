/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/push.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/libc.h"
#include "ispup/push/check.h"
#include "ispup/push/command.h"
#include "ispup/push/form.h"
#include "ispup/push/upload.h"
#include "ispup/push/watch.h"
#include "ispup/remote/jobs.h"

enum { LOOKS = 3 };

/* After the checks: the end with --check; else the upload, then questions until a verdict. If
 * `ispup push` was killed, the upload goes on, and no one asks for a verdict. */
static void go_on(struct push *push)
{
    if (push->options->check_only)
        push_check_end(push);
    else if (push_upload(push) && !jobs_is_alone(push->events)) {
        libc_malloc_trim(); /* hundreds of processes may wait for their cameras */
        push_watch(push);
    }
}

/* The way of one camera, one call a step. */
static void run(struct push *push)
{
    struct error err = ERROR_EMPTY;

    if (!http_begin(&err) || !session_open(&push->session, push->target, push->options->cacert,
                                           push->options->is_insecure, &err)) {
        (void)push_leave(push, REASON_LOCAL, "cannot be asked", err.text);
        return;
    }
    push->session.peer.witness = push->options->witness;
    push_stage(push, STAGE_CHECKING);
    if (push->options->order != NULL)
        push_command(push);
    else if (push_check(push) && push_form(push))
        go_on(push);
    lock_release(&push->lock);
    session_close(&push->session);
    http_end();
}

static void end(struct push *push)
{
    push->event.kind = EVENT_OUTCOME;
    push->event.stage = STAGE_ENDED;
    (void)event_send(push->events, &push->event);
}

void push_run(const struct push_options *options, const struct image_file *image,
              const struct target *target, int events, int gate)
{
    struct push push = {
        .options = options,
        .image = image,
        .target = target,
        .events = events,
        .gate = gate,
        .lock = LOCK_NONE,
        .began_at = clock_milliseconds(),
        .event = {.kind = EVENT_KIND_COUNT, .size = image == NULL ? 0 : image->size}};

    outcome_begin(&push.event.outcome, image);
    run(&push);
    end(&push);
}

static void set(struct status *status, enum status_key key, const char *value)
{
    status_set(status, key, "%s", value);
}

/* What push_compare looks at. */
static void remember(const struct outcome *before, struct seen *seen)
{
    *seen = (struct seen){.has_record = before->boot_before[0] != '\0'};
    set(&seen->status, STATUS_CAMERA_ID, before->id);
    set(&seen->status, STATUS_ISP_PLATFORM, before->platform);
    set(&seen->status, STATUS_ISP_UPDATE, before->update);
    set(&seen->status, STATUS_BOOT_ID, before->boot_before);
}

/* The camera is at rest, in the same boot and with the same number of updates. */
static bool is_untouched(struct push *push)
{
    struct verdict_facts facts = {.has_record = true};
    struct seen seen;

    push_ask(push, &push->session, &seen);
    if (!seen.has_record)
        return false;
    push_compare(push, &seen.status, &facts);
    return facts.id == VERDICT_ID_SAME && !facts.other_boot &&
           facts.number == VERDICT_NUMBER_SAME && !facts.our_update && !facts.runs_image &&
           (facts.state == VERDICT_STATE_IDLE || facts.state == VERDICT_STATE_CONFIRMED ||
            facts.state == VERDICT_STATE_ROLLED_BACK || facts.state == VERDICT_STATE_FAILED);
}

/* Its record proves that nothing was committed. It is looked at several times, a second apart: a
 * server that has the whole body may still begin. */
static bool left_no_trace(struct push *push)
{
    for (int i = 0; i < LOOKS; i++)
        if (!is_untouched(push))
            return false;
    return true;
}

static void resume_watch(struct push *push)
{
    if (left_no_trace(push))
        (void)push_settle(push, VERDICT_NOT_DONE, REASON_NO_TRACE,
                          "%s, and its record shows that nothing of it was installed", push->words);
    else
        push_watch(push);
}

static void resume(struct push *push)
{
    struct error err = ERROR_EMPTY;

    if (!push->before.has_record)
        (void)push_settle(push, VERDICT_UNKNOWN, REASON_ABANDONED, "%s, and it shows no record",
                          push->words);
    else if (!http_begin(&err) || !session_open(&push->session, push->target, push->options->cacert,
                                                push->options->is_insecure, &err))
        (void)push_settle(push, VERDICT_UNKNOWN, REASON_LOCAL, "cannot be asked: %s", err.text);
    else {
        resume_watch(push);
        session_close(&push->session);
        http_end();
    }
}

void push_resume(const struct push_options *options, const struct image_file *image,
                 const struct target *target, const struct outcome *before, int events)
{
    struct push push = {.options = options,
                        .image = image,
                        .target = target,
                        .events = events,
                        .gate = FD_NONE,
                        .began_at = clock_milliseconds(),
                        .reply = VERDICT_REPLY_LOST,
                        .words = "this process did not see its reply",
                        .event = {.kind = EVENT_KIND_COUNT,
                                  .is_body_sent = true,
                                  .size = image->size,
                                  .outcome = *before}};

    remember(before, &push.before);
    resume(&push);
    end(&push);
}
