/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/report.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SECOND = 1000 };

static void wait_for_turn(struct push *push)
{
    uint64_t passed = clock_milliseconds() - push->asked_at;

    if (push->asked_at != 0 && passed < SECOND)
        clock_sleep(SECOND - passed);
    push->asked_at = clock_milliseconds();
}

static void note_query(struct push *push, const struct seen *seen)
{
    if (!seen->uses_query || push->is_query_noted)
        return;
    push->is_query_noted = true;
    push->event.once = EVENT_ONCE_QUERY;
    push_note(push, "the camera does not know X-ISP-Account: the password is in the URL");
    push->event.once = EVENT_EACH;
}

void push_ask_record(struct push *push, struct session *session, struct seen *seen)
{
    wait_for_turn(push);
    ask(session, true, seen);
}

void push_ask_first(struct push *push)
{
    wait_for_turn(push);
    ask(&push->session, false, &push->before);
    note_query(push, &push->before);
}

void push_ask(struct push *push, struct session *session, struct seen *seen)
{
    wait_for_turn(push);
    if (push->before.has_record)
        ask(session, true, seen);
    else
        ask_log(session, seen);
    note_query(push, seen);
}

static bool is_image(const struct push *push, const struct status *status, enum status_key key)
{
    return push->image != NULL && push->image->sha256[0] != '\0' &&
           span_is(span_text(status->values[key]), push->image->sha256);
}

/* A camera that showed no id before may show one now: its programs were updated. */
static enum verdict_id compare_id(const char *before, const char *now)
{
    if (before[0] == '\0' || strcmp(before, now) == 0)
        return VERDICT_ID_SAME;
    return now[0] == '\0' ? VERDICT_ID_MISSING : VERDICT_ID_OTHER;
}

void push_compare(const struct push *push, const struct status *now, struct verdict_facts *facts)
{
    const struct status *before = &push->before.status;

    facts->id = compare_id(before->values[STATUS_CAMERA_ID], now->values[STATUS_CAMERA_ID]);
    facts->state = verdict_state_of(now->values[STATUS_ISP_STATE]);
    facts->other_boot = strcmp(before->values[STATUS_BOOT_ID], now->values[STATUS_BOOT_ID]) != 0;
    facts->number =
        verdict_number_of(before->values[STATUS_ISP_UPDATE], now->values[STATUS_ISP_UPDATE]);
    facts->our_update = is_image(push, now, STATUS_ISP_UPDATE_SHA256);
    facts->runs_image = is_image(push, now, STATUS_ISP_IMAGE_SHA256);
    facts->runs_other = !facts->runs_image && now->values[STATUS_ISP_IMAGE_SHA256][0] != '\0';
    facts->has_next = now->values[STATUS_ISP_NEXT][0] != '\0';
}

static enum verdict_answer answer_of(const struct push *push, const struct seen *seen)
{
    if (!seen->is_reached)
        return VERDICT_ANSWER_NONE;
    if (seen->is_denied)
        return VERDICT_ANSWER_DENIED;
    if (push->before.has_record ? seen->has_record : seen->has_versions)
        return VERDICT_ANSWER_WHOLE;
    return VERDICT_ANSWER_OTHER;
}

static bool is_other_platform(const struct push *push, const struct seen *now)
{
    struct image_platform before, shown;

    return ask_platform(&push->before, &before) && ask_platform(now, &shown) &&
           strcmp(before.text, shown.text) != 0;
}

void push_read(const struct push *push, const struct seen *seen, struct verdict_facts *facts)
{
    facts->answer = answer_of(push, seen);
    facts->other_platform = is_other_platform(push, seen);
    if (seen->has_record)
        push_compare(push, &seen->status, facts);
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

void push_tell(struct push *push, enum event_stage stage, enum verdict_reason reason,
               uint64_t until)
{
    uint64_t now = clock_milliseconds();
    uint64_t left = until > now ? (until - now) / SECOND : 0;

    event_say(&push->event, "%s, waits %" PRIu64 ":%02" PRIu64, verdict_text(reason), left / 60,
              left % 60);
    if (push->event.stage != stage)
        push_stage(push, stage);
    else
        push_turn(push, push->event.percent);
}

void push_note(struct push *push, const char *text)
{
    struct event note = push->event;

    note.kind = EVENT_NOTE;
    event_say(&note, "%s", text);
    (void)event_send(push->events, &note);
}

void push_keep(struct push *push, const struct seen *seen, bool before)
{
    if (before)
        outcome_note_before(&push->event.outcome, seen);
    else
        outcome_note_after(&push->event.outcome, seen);
}

bool push_settle(struct push *push, enum verdict verdict, enum verdict_reason reason,
                 const char *format, ...)
{
    struct outcome *outcome = &push->event.outcome;
    char text[OUTCOME_WHY_SIZE];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(text, sizeof(text), format, values);
    va_end(values);
    span_printable(span_text(text), outcome->why, sizeof(outcome->why));
    outcome_end(outcome, verdict, reason);
    outcome->seconds = (clock_milliseconds() - push->began_at) / SECOND;
    return false;
}

bool push_leave(struct push *push, enum verdict_reason reason, const char *what, const char *cause)
{
    return push_settle(push, push->options->check_only ? VERDICT_UNKNOWN : VERDICT_NOT_DONE, reason,
                       "%s, nothing was sent: %s", what, cause);
}

bool push_refuse(struct push *push, const char *said_by, const char *line)
{
    enum verdict_reason reason = verdict_reason_of(line, push->before.has_record);
    const char *advice = verdict_advice(reason);

    return push_settle(push, VERDICT_NOT_DONE, reason, "%s: %s%s%s", said_by, line,
                       advice[0] == '\0' ? "" : "; ", advice);
}

bool push_check_answer(struct push *push)
{
    const struct seen *seen = &push->before;

    if (!seen->is_reached)
        return push_leave(push, REASON_UNREACHABLE, "cannot be reached", seen->words);
    if (seen->is_busy)
        return push_leave(push, REASON_BUSY, "the camera is busy", seen->words);
    if (seen->is_denied)
        return push_refuse(push, "the camera says", seen->words);
    return true;
}
