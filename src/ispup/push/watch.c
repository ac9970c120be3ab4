/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/watch.h"

#include "base/clock.h"
#include "ispup/remote/jobs.h"

#include <stdio.h>
#include <string.h>

enum { SECOND = 1000, DENIED_COUNT = 5 };

struct watch {
    struct push *push; /* borrowed */
    struct verdict_facts facts;
    unsigned refused;             /* tries in a row to connect that found no server */
    unsigned denied;              /* how often in a row the account was denied */
    bool was_whole;               /* the answer before showed the record */
    char words[ANSWER_TEXT_SIZE]; /* why it did not answer, or why the update failed; or
                                     empty */
    uint64_t until;
};

/* Compares the versions that the image has. False if it has none. */
static bool are_of_image(const struct versions *image, const struct versions *shown)
{
    bool says_something = false;

    for (size_t i = 0; i < VERSIONS_COUNT; i++) {
        if (image->texts[i][0] == '\0')
            continue;
        if (strcmp(image->texts[i], shown->texts[i]) != 0)
            return false;
        says_something = true;
    }
    return says_something;
}

/* Whether the camera showed each version that the image has. */
static bool are_known(const struct versions *image, const struct versions *shown)
{
    for (size_t i = 0; i < VERSIONS_COUNT; i++)
        if (image->texts[i][0] != '\0' &&
            (shown->texts[i][0] == '\0' || span_is(span_text(shown->texts[i]), "UNKNOWN")))
            return false;
    return true;
}

static void read_log(const struct push *push, const struct seen *now, struct verdict_facts *facts)
{
    const struct versions *image = &push->image->versions;
    const struct versions *before = &push->before.versions;

    facts->showed_others =
        push->before.has_versions && are_known(image, before) && !are_of_image(image, before);
    if (!now->has_versions)
        facts->versions = VERDICT_VERSIONS_NONE;
    else if (are_of_image(image, &now->versions))
        facts->versions = VERDICT_VERSIONS_OF_IMAGE;
    else if (memcmp(before, &now->versions, sizeof(*before)) == 0)
        facts->versions = VERDICT_VERSIONS_AS_BEFORE;
    else
        facts->versions = VERDICT_VERSIONS_OTHER;
}

/* Two answers in a row, a second apart, that show the same end. */
static void read_end(struct watch *watch, const struct verdict_facts *last)
{
    const struct verdict_facts *now = &watch->facts;
    bool is_whole = now->has_record && now->answer == VERDICT_ANSWER_WHOLE;
    bool is_same = watch->was_whole && is_whole && last->state == now->state &&
                   last->number == now->number && last->our_update == now->our_update;

    watch->was_whole = is_whole;
    watch->denied = now->answer == VERDICT_ANSWER_DENIED ? watch->denied + 1 : 0;
    watch->facts.is_settled = is_same || watch->denied >= DENIED_COUNT;
}

static void note_words(struct watch *watch, const struct seen *seen)
{
    const struct verdict_facts *facts = &watch->facts;
    const char *words = "";

    if (facts->answer != VERDICT_ANSWER_WHOLE)
        words = seen->words;
    else if (seen->has_record && facts->state == VERDICT_STATE_STRANGE)
        words = seen->status.values[STATUS_ISP_STATE];
    else if (seen->has_record && facts->our_update &&
             (facts->action == VERDICT_ATTACH || facts->number == VERDICT_NUMBER_NEXT) &&
             span_begins(span_text(seen->status.values[STATUS_ISP_RESULT]), "ERROR"))
        words = seen->status.values[STATUS_ISP_RESULT];
    (void)snprintf(watch->words, sizeof(watch->words), "%s", words);
}

/* Where no restart was seen, the log may show what will run next. */
static void note_version(struct watch *watch, const struct seen *seen)
{
    if (watch->facts.has_record || watch->facts.was_away)
        ask_version(seen, watch->push->event.outcome.after);
}

/* One refused connection is no restart: the server alone may be restarting, or be overloaded. */
static void note_refusal(struct watch *watch, const struct seen *seen)
{
    watch->refused = seen->is_refused ? watch->refused + 1 : 0;
    watch->facts.was_away = watch->facts.was_away || watch->refused >= 2;
}

static void look(struct watch *watch)
{
    struct push *push = watch->push;
    struct verdict_facts *facts = &watch->facts, last = *facts;
    struct seen seen;

    push_ask(push, &push->session, &seen);
    push_read(push, &seen, facts);
    note_refusal(watch, &seen);
    if (!seen.has_record && !facts->has_record && seen.is_reached)
        read_log(push, &seen, facts);
    if (facts->id == VERDICT_ID_SAME)
        push_keep(push, &seen, false);
    read_end(watch, &last);
    note_words(watch, &seen);
    note_version(watch, &seen);
    facts->is_over = clock_milliseconds() >= watch->until;
    push->event.percent = ask_percent(&seen.status);
}

static enum event_stage stage_of(const struct verdict_facts *facts)
{
    if (!facts->has_record || facts->answer != VERDICT_ANSWER_WHOLE)
        return STAGE_RESTARTING;
    if (facts->state == VERDICT_STATE_TRIAL)
        return STAGE_TRIAL;
    if (facts->state == VERDICT_STATE_RECEIVING || facts->state == VERDICT_STATE_CHECKING ||
        facts->state == VERDICT_STATE_WRITING)
        return STAGE_WRITING;
    return STAGE_RESTARTING;
}

/* The camera's words, what to do, and the reply. The record often says the same as the reply: then
 * it is printed once. */
static void settle_with_words(const struct watch *watch, enum verdict verdict,
                              enum verdict_reason reason)
{
    struct push *push = watch->push;
    bool is_news = watch->words[0] != '\0' && strcmp(watch->words, push->words) != 0;
    const char *advice = verdict == VERDICT_UNKNOWN ? verdict_advice(reason) : "";

    (void)push_settle(push, verdict, reason, "%s%s%s%s%s (%s%s)", verdict_text(reason),
                      is_news ? ": " : "", is_news ? watch->words : "",
                      advice[0] != '\0' ? "; " : "", advice,
                      push->reply == VERDICT_REPLY_LOST ? "" : "it replied ", push->words);
}

/* For done, the camera's words are left out, except an ERROR that was not the end. */
static void settle(const struct watch *watch, enum verdict verdict, enum verdict_reason reason)
{
    struct push *push = watch->push;

    push->event.outcome.is_cut =
        verdict == VERDICT_NOT_DONE && watch->facts.has_record &&
        error_class_of(span_text(watch->words), true) == ERROR_CLASS_UPLOAD;
    if (verdict == VERDICT_DONE && push->reply != VERDICT_REPLY_ERROR)
        (void)push_settle(push, verdict, reason, "%s", verdict_text(reason));
    else if (verdict == VERDICT_NOT_DONE && reason == REASON_REFUSED)
        (void)push_refuse(push, "the camera says", push->words);
    else
        settle_with_words(watch, verdict, reason);
}

/* The camera may have a record although it showed none: its server failed at the first question, or
 * the record does not name the boot. */
static void look_for_record(struct watch *watch)
{
    struct push *push = watch->push;
    struct seen seen;

    push_ask_record(push, &push->session, &seen);
    if (seen.status.values[STATUS_ISP_STATE][0] == '\0')
        return;
    watch->facts.late_record = true;
    push_compare(push, &seen.status, &watch->facts);
}

/* By its MAC address: another camera may have got the address. */
static void look_for_camera(struct watch *watch)
{
    char mac[ASK_MAC_SIZE];

    if (watch->push->mac[0] == '\0')
        return;
    ask_mac(&watch->push->session, mac);
    watch->facts.id = span_same_letters(span_text(mac), span_text(watch->push->mac))
                          ? VERDICT_ID_SAME
                      : mac[0] == '\0' ? VERDICT_ID_MISSING
                                       : VERDICT_ID_OTHER;
}

static enum verdict decide(struct watch *watch, enum verdict_reason *reason)
{
    enum verdict verdict = verdict_decide(&watch->facts, reason);

    if (watch->facts.has_record || (verdict != VERDICT_DONE && verdict != VERDICT_NOT_DONE))
        return verdict;
    look_for_record(watch);
    look_for_camera(watch);
    return verdict_decide(&watch->facts, reason);
}

static enum verdict run(struct watch *watch, enum verdict_reason *reason)
{
    enum verdict verdict;

    look(watch);
    while ((verdict = decide(watch, reason)) == VERDICT_WAIT &&
           !jobs_is_alone(watch->push->events)) {
        push_tell(watch->push, stage_of(&watch->facts), *reason, watch->until);
        look(watch);
    }
    return verdict;
}

static void begin(struct push *push, enum verdict_action action, struct watch *watch)
{
    *watch = (struct watch){
        .push = push,
        .facts = {.action = action, .reply = push->reply, .has_record = push->before.has_record},
        .until = clock_milliseconds() + push->options->wait * SECOND};
}

void push_watch(struct push *push)
{
    enum verdict_reason reason;
    enum verdict verdict;
    struct watch watch;

    begin(push, VERDICT_UPLOAD, &watch);
    verdict = run(&watch, &reason);
    settle(&watch, verdict, reason);
}

bool push_attach(struct push *push)
{
    enum verdict_reason reason;
    enum verdict verdict;
    struct watch watch;

    begin(push, VERDICT_ATTACH, &watch);
    verdict = run(&watch, &reason);
    return push_settle(push, verdict, reason, "it was on trial already, nothing was sent: %s%s%s",
                       verdict_text(reason), watch.words[0] != '\0' ? ": " : "", watch.words);
}
