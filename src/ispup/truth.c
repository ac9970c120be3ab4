/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/truth.h"

static enum truth say(enum truth truth, const char *text, const char **reason)
{
    *reason = text;
    return truth;
}

static enum truth wait_or_give_up(const struct truth_facts *facts, const char *text,
                                  const char **reason)
{
    return say(facts->is_over ? TRUTH_UNKNOWN : TRUTH_WAIT, text, reason);
}

static bool is_under_way(enum truth_state state)
{
    return state == TRUTH_STATE_RECEIVING || state == TRUTH_STATE_WRITING ||
           state == TRUTH_STATE_RESTARTING || state == TRUTH_STATE_TRIAL;
}

/* The same image may have been sent before: then its number is the one of then. */
static bool is_this_very_update(const struct truth_facts *facts)
{
    return facts->other_update && facts->our_update;
}

/* A camera that begins or ends an update may look failed for the instant between two of its
 * files: that has to last. */
static bool has_ended_badly(const struct truth_facts *facts)
{
    bool is_bad = facts->state == TRUTH_STATE_ROLLED_BACK ||
                  (facts->state == TRUTH_STATE_FAILED && (facts->is_quiet || facts->is_over));

    return is_bad && is_this_very_update(facts);
}

static bool is_confirmed(const struct truth_facts *facts)
{
    return facts->state == TRUTH_STATE_CONFIRMED && facts->other_boot && facts->other_update &&
           facts->runs_image;
}

/* An ERROR stands, unless the camera is past its commit and its next boots may carry it through, or
 * is at work on this very update all the same. */
static bool is_refused(const struct truth_facts *facts)
{
    if (facts->reply != TRUTH_REPLY_ERROR || facts->state == TRUTH_STATE_WRITING)
        return false;
    return !is_under_way(facts->state) || (!facts->other_boot && !is_this_very_update(facts));
}

static const char *words_of(enum truth_state state)
{
    static const char *const words[TRUTH_STATE_COUNT] = {
        [TRUTH_STATE_IDLE] = "",
        [TRUTH_STATE_RECEIVING] = "the camera is still receiving",
        [TRUTH_STATE_WRITING] = "the camera is still writing",
        [TRUTH_STATE_RESTARTING] = "the camera has not restarted yet",
        [TRUTH_STATE_TRIAL] = "the new image is still on trial",
    };

    return words[state];
}

/* What the camera says has nothing to do with this upload, as it seems. */
static enum truth decide_without_trace(const struct truth_facts *facts, const char **reason)
{
    bool may_restart_yet = facts->reply == TRUTH_REPLY_OK && !facts->other_boot;
    const char *text = "the camera restarted, and shows another update than this one";

    if (facts->other_boot && !facts->other_update)
        text = "the camera restarted, and its record shows no trace of this update";
    else if (facts->other_boot && facts->state == TRUTH_STATE_CONFIRMED)
        text = "the camera restarted, and runs another image";
    else if (may_restart_yet)
        text = "the camera said OK, and has not restarted";
    else if (!facts->other_boot)
        text = "the camera's record shows no trace of this update";
    if (facts->is_over || (facts->is_quiet && !may_restart_yet))
        return say(TRUTH_UNKNOWN, text, reason);
    return say(TRUTH_WAIT, text, reason);
}

static enum truth decide_by_record(const struct truth_facts *facts, const char **reason)
{
    if (!facts->is_reached)
        return wait_or_give_up(facts, "the camera does not answer", reason);
    if (is_confirmed(facts))
        return say(TRUTH_DONE, "the camera restarted, and has confirmed the image", reason);
    if (has_ended_badly(facts))
        return say(TRUTH_NOT_DONE,
                   facts->state == TRUTH_STATE_FAILED ? "the update failed"
                                                      : "the camera went back to the image before",
                   reason);
    if (is_refused(facts))
        return say(TRUTH_NOT_DONE, "the camera refused", reason);
    if (is_under_way(facts->state))
        return wait_or_give_up(facts, words_of(facts->state), reason);
    return decide_without_trace(facts, reason);
}

static const char *words_without_record(const struct truth_facts *facts)
{
    if (!facts->is_reached)
        return "the camera does not answer";
    if (facts->versions == TRUTH_VERSIONS_OF_IMAGE)
        return facts->showed_others ? "its log shows the image's versions, but no restart was seen"
                                    : "its log shows the image's versions, and may have before";
    if (facts->versions == TRUTH_VERSIONS_AS_BEFORE)
        return "its log shows the same versions as before";
    return facts->versions == TRUTH_VERSIONS_NONE ? "its log shows no versions"
                                                  : "its log shows other versions than the image's";
}

static enum truth decide_by_log(const struct truth_facts *facts, const char **reason)
{
    if (facts->reply == TRUTH_REPLY_ERROR)
        return say(TRUTH_NOT_DONE, "the camera refused", reason);
    if (facts->is_reached && facts->was_away && facts->showed_others &&
        facts->versions == TRUTH_VERSIONS_OF_IMAGE)
        return say(TRUTH_DONE, "the camera restarted, and its log shows the image's versions",
                   reason);
    if (facts->is_over || (facts->is_reached && facts->was_away && facts->is_quiet))
        return say(TRUTH_UNKNOWN, words_without_record(facts), reason);
    return say(TRUTH_WAIT, words_without_record(facts), reason);
}

/* A server that is started anew by itself, or has too many to attend to, may refuse one. */
void truth_note_nobody(struct truth_facts *facts, unsigned nobody)
{
    facts->nobody = nobody == 0 ? 0 : facts->nobody + nobody;
    facts->was_away = facts->was_away || facts->nobody >= 2;
}

enum truth truth_decide(const struct truth_facts *facts, const char **reason)
{
    return facts->has_record ? decide_by_record(facts, reason) : decide_by_log(facts, reason);
}

/* A log shows the image's versions during its trial, too; and an ERROR is no end where the next
 * boots go on. */
bool truth_is_doubtful(const struct truth_facts *facts, enum truth truth)
{
    if (truth == TRUTH_DONE)
        return facts->state != TRUTH_STATE_CONFIRMED || !facts->runs_image;
    return truth == TRUTH_NOT_DONE && is_under_way(facts->state);
}

const char *truth_name(enum truth truth)
{
    static const char *const names[TRUTH_COUNT] = {
        [TRUTH_WAIT] = "under way",
        [TRUTH_DONE] = "done",
        [TRUTH_NOT_DONE] = "not done",
        [TRUTH_UNKNOWN] = "unknown",
    };

    return names[truth];
}
