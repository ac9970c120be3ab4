/* SPDX-License-Identifier: Apache-2.0 */
/* After the body was sent: asks the camera what became of it, until something can be said. */
#include "base/clock.h"
#include "ispup/push.h"

#include <stdio.h>
#include <string.h>

enum { SECOND = 1000, ANSWER_SECONDS = 5, QUIET_COUNT = 5, PRINT_SIZE = 4 * STATUS_VALUE_SIZE };

struct watch {
    struct push *push; /* borrowed */
    struct truth_facts facts;
    char print[PRINT_SIZE]; /* what the camera said last, to see whether it says the same again */
    unsigned quiet;         /* how often running */
    char words[ANSWER_TEXT_SIZE]; /* what it said last: no answer, or why the update ended; or
                                     empty */
    uint64_t until;
};

static enum truth_state state_of(const char *text)
{
    static const struct {
        const char *text;
        enum truth_state state;
    } table[] = {
        {"receiving", TRUTH_STATE_RECEIVING},
        {"checking", TRUTH_STATE_RECEIVING},
        {"writing", TRUTH_STATE_WRITING},
        {"restarting", TRUTH_STATE_RESTARTING},
        {"trial", TRUTH_STATE_TRIAL},
        {"confirmed", TRUTH_STATE_CONFIRMED},
        {"rolled-back", TRUTH_STATE_ROLLED_BACK},
        {"failed", TRUTH_STATE_FAILED},
    };

    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (span_is(span_text(text), table[i].text))
            return table[i].state;
    return TRUTH_STATE_IDLE;
}

static bool is_other(const struct status *one, const struct status *other, enum status_key key)
{
    return strcmp(one->values[key], other->values[key]) != 0;
}

static bool is_image(const struct push *push, const struct status *status, enum status_key key)
{
    return push->image->sha256[0] != '\0' &&
           span_is(span_text(status->values[key]), push->image->sha256);
}

static void read_record(const struct push *push, const struct status *now,
                        struct truth_facts *facts)
{
    const struct status *before = &push->before.status;

    facts->state = state_of(now->values[STATUS_ISP_STATE]);
    facts->other_boot = is_other(before, now, STATUS_BOOT_ID);
    facts->other_update = is_other(before, now, STATUS_ISP_UPDATE);
    facts->our_update = is_image(push, now, STATUS_ISP_UPDATE_SHA256);
    facts->runs_image = is_image(push, now, STATUS_ISP_IMAGE_SHA256);
}

/* Of what the image says nothing about, nothing is asked. */
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

/* Every version that the image has was known. */
static bool are_known(const struct versions *image, const struct versions *shown)
{
    for (size_t i = 0; i < VERSIONS_COUNT; i++)
        if (image->texts[i][0] != '\0' &&
            (shown->texts[i][0] == '\0' || span_is(span_text(shown->texts[i]), "UNKNOWN")))
            return false;
    return true;
}

static void read_log(const struct push *push, const struct seen *now, struct truth_facts *facts)
{
    const struct versions *image = &push->image->versions;
    const struct versions *before = &push->before.versions;

    facts->showed_others =
        push->before.has_versions && are_known(image, before) && !are_of_image(image, before);
    if (!now->has_versions)
        facts->versions = TRUTH_VERSIONS_NONE;
    else if (are_of_image(image, &now->versions))
        facts->versions = TRUTH_VERSIONS_OF_IMAGE;
    else if (memcmp(before, &now->versions, sizeof(*before)) == 0)
        facts->versions = TRUTH_VERSIONS_AS_BEFORE;
    else
        facts->versions = TRUTH_VERSIONS_OTHER;
}

static void print_seen(const struct seen *seen, char print[PRINT_SIZE])
{
    const struct status *status = &seen->status;

    if (seen->has_record)
        (void)snprintf(print, PRINT_SIZE, "%s %s %s %s", status->values[STATUS_BOOT_ID],
                       status->values[STATUS_ISP_STATE], status->values[STATUS_ISP_UPDATE],
                       status->values[STATUS_ISP_IMAGE_SHA256]);
    else
        (void)snprintf(print, PRINT_SIZE, "%s %s %s", seen->versions.texts[0],
                       seen->versions.texts[1], seen->versions.texts[2]);
}

static void count_quiet(struct watch *watch, const struct seen *seen)
{
    char print[PRINT_SIZE];

    print_seen(seen, print);
    watch->quiet =
        watch->facts.is_reached && strcmp(print, watch->print) == 0 ? watch->quiet + 1 : 0;
    (void)snprintf(watch->print, sizeof(watch->print), "%s", print);
    watch->facts.is_quiet = watch->quiet >= QUIET_COUNT;
}

static void note_words(struct watch *watch, const struct seen *seen)
{
    const char *words = "";

    if (!watch->facts.is_reached)
        words = seen->words;
    else if (seen->has_record && watch->facts.other_update && watch->facts.our_update &&
             span_begins(span_text(seen->status.values[STATUS_ISP_RESULT]), "ERROR"))
        words = seen->status.values[STATUS_ISP_RESULT];
    (void)snprintf(watch->words, sizeof(watch->words), "%s", words);
}

static void look(struct watch *watch)
{
    struct push *push = watch->push;
    struct truth_facts *facts = &watch->facts;
    struct seen seen;

    push_ask(push, &push->session, &seen);
    facts->is_reached = push->before.has_record ? seen.has_record : seen.is_reached;
    truth_note_nobody(facts, seen.nobody);
    if (seen.has_record)
        read_record(push, &seen.status, facts);
    else if (seen.is_reached)
        read_log(push, &seen, facts);
    count_quiet(watch, &seen);
    note_words(watch, &seen);
    facts->is_over = clock_milliseconds() >= watch->until;
    push->event.percent = ask_percent(&seen.status);
    ask_version(&seen, push->event.after);
}

static enum event_stage stage_of(const struct truth_facts *facts)
{
    if (facts->has_record && facts->is_reached && facts->state == TRUTH_STATE_TRIAL)
        return STAGE_TRIAL;
    if (facts->has_record && facts->is_reached &&
        (facts->state == TRUTH_STATE_RECEIVING || facts->state == TRUTH_STATE_WRITING))
        return STAGE_WRITING;
    return STAGE_RESTARTING;
}

static void tell(struct watch *watch)
{
    struct push *push = watch->push;
    enum event_stage stage = stage_of(&watch->facts);

    if (push->event.stage != stage)
        push_stage(push, stage);
    else
        push_turn(push, push->event.percent);
}

/* What the camera's record says and what it replied are often the same. */
static void settle_with_words(const struct watch *watch, enum truth truth, const char *reason)
{
    struct push *push = watch->push;
    bool is_news = watch->words[0] != '\0' && strcmp(watch->words, push->words) != 0;

    (void)push_settle(push, truth, "%s%s%s (%s%s)", reason, is_news ? ": " : "",
                      is_news ? watch->words : "",
                      push->reply == TRUTH_REPLY_LOST ? "" : "it replied ", push->words);
}

/* Done needs no words of the camera. */
static void settle(const struct watch *watch, enum truth truth, const char *reason)
{
    struct push *push = watch->push;

    if (truth == TRUTH_DONE)
        (void)push_settle(push, truth, "%s", reason);
    else if (truth == TRUTH_NOT_DONE && push->reply == TRUTH_REPLY_ERROR)
        (void)push_refuse(push, "the camera says", push->words);
    else
        settle_with_words(watch, truth, reason);
}

/* It may have a record all the same: its server failed when it was asked first, or the record does
 * not name the boot. */
static bool is_doubtful(struct watch *watch, enum truth truth)
{
    struct push *push = watch->push;
    struct seen seen;

    if (watch->facts.has_record || truth == TRUTH_UNKNOWN)
        return false;
    push_ask_record(push, &push->session, &seen);
    read_record(push, &seen.status, &watch->facts);
    return seen.status.values[STATUS_ISP_STATE][0] != '\0' &&
           truth_is_doubtful(&watch->facts, truth);
}

void push_watch(struct push *push)
{
    const char *reason;
    struct watch watch = {.push = push,
                          .facts = {.reply = push->reply, .has_record = push->before.has_record},
                          .until = clock_milliseconds() + push->wish->wait * SECOND};
    enum truth truth;

    push->session.seconds = ANSWER_SECONDS;
    look(&watch);
    while ((truth = truth_decide(&watch.facts, &reason)) == TRUTH_WAIT) {
        tell(&watch);
        look(&watch);
    }
    if (is_doubtful(&watch, truth))
        settle(&watch, TRUTH_UNKNOWN, "it shows a record now, which does not say so");
    else
        settle(&watch, truth, reason);
}
