/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/verdict.h"

#include "base/number.h"
#include "base/span.h"

static enum verdict say(enum verdict verdict, enum verdict_reason why, enum verdict_reason *reason)
{
    *reason = why;
    return verdict;
}

static enum verdict wait_for(const struct verdict_facts *facts, enum verdict_reason why,
                             enum verdict_reason *reason)
{
    return say(facts->is_over ? VERDICT_UNKNOWN : VERDICT_WAIT, why, reason);
}

/* Between two writes of its files a camera can look ended for an instant. So an end counts only if
 * it was seen twice. */
static enum verdict end(const struct verdict_facts *facts, enum verdict verdict,
                        enum verdict_reason why, enum verdict_reason *reason)
{
    return say(facts->is_settled || facts->is_over ? verdict : VERDICT_WAIT, why, reason);
}

/* The answer is missing, or comes from another camera, or from one that has forgotten. */
bool verdict_is_no_witness(const struct verdict_facts *facts, enum verdict_reason *why)
{
    if (facts->answer == VERDICT_ANSWER_NONE)
        *why = REASON_SILENT;
    else if (facts->answer == VERDICT_ANSWER_DENIED)
        *why = REASON_DENIED;
    else if (facts->has_record && facts->answer != VERDICT_ANSWER_WHOLE)
        *why = REASON_NO_RECORD;
    else if (facts->id == VERDICT_ID_OTHER)
        *why = REASON_OTHER_CAMERA;
    else if (facts->id == VERDICT_ID_MISSING)
        *why = REASON_ID_MISSING;
    else if (facts->other_platform)
        *why = REASON_OTHER_PLATFORM;
    else if (facts->has_record && facts->number == VERDICT_NUMBER_LOWER)
        *why = REASON_NUMBER_LOWER;
    else
        return false;
    return true;
}

static enum verdict decide_without_witness(const struct verdict_facts *facts,
                                           enum verdict_reason why, enum verdict_reason *reason)
{
    if (why == REASON_DENIED)
        return end(facts, VERDICT_UNKNOWN, why, reason);
    return wait_for(facts, why, reason);
}

/* The state by itself, if it is not one of rest. */
bool verdict_is_under_way(enum verdict_state state, enum verdict_reason *why)
{
    static const enum verdict_reason reasons[VERDICT_STATE_COUNT] = {
        [VERDICT_STATE_STRANGE] = REASON_STRANGE_STATE,
        [VERDICT_STATE_RECEIVING] = REASON_RECEIVING,
        [VERDICT_STATE_CHECKING] = REASON_RECEIVING,
        [VERDICT_STATE_WRITING] = REASON_WRITING,
        [VERDICT_STATE_RESTARTING] = REASON_RESTARTING,
        [VERDICT_STATE_TRIAL] = REASON_TRIAL,
        [VERDICT_STATE_ROLLING_BACK] = REASON_ROLLING_BACK,
    };

    if (reasons[state] == REASON_FREE)
        return false;
    *why = reasons[state];
    return true;
}

/* The camera runs an image that was never confirmed, and not this one: it was refused or rolled
 * back. */
static bool is_unconfirmed_other(const struct verdict_facts *facts)
{
    return facts->state == VERDICT_STATE_UNCONFIRMED && facts->runs_other;
}

/* How an update of this image ended without the image being confirmed. */
static bool has_ended_badly(const struct verdict_facts *facts, enum verdict *verdict,
                            enum verdict_reason *why)
{
    *verdict = VERDICT_NOT_DONE;
    if (facts->state == VERDICT_STATE_ROLLED_BACK || is_unconfirmed_other(facts))
        *why = REASON_ROLLED_BACK;
    else if (facts->state == VERDICT_STATE_FAILED)
        *why = REASON_FAILED;
    else if (facts->state == VERDICT_STATE_UNCONFIRMED) {
        *verdict = VERDICT_UNKNOWN;
        *why = REASON_UNCONFIRMED;
    } else
        return false;
    return true;
}

/* The same image may have been sent before, but then under another number. */
static bool is_this_very_update(const struct verdict_facts *facts)
{
    return facts->number == VERDICT_NUMBER_NEXT && facts->our_update;
}

static bool is_confirmed(const struct verdict_facts *facts)
{
    return facts->state == VERDICT_STATE_CONFIRMED && facts->other_boot &&
           is_this_very_update(facts) && facts->runs_image;
}

/* The camera's record does not show this update, or not as its last one. */
static enum verdict_reason why_without_trace(const struct verdict_facts *facts)
{
    if (facts->state == VERDICT_STATE_LOST)
        return REASON_LOST;
    if (facts->number == VERDICT_NUMBER_SKIPPED)
        return REASON_NUMBER_SKIPPED;
    if (!facts->other_boot)
        return facts->reply == VERDICT_REPLY_OK || is_this_very_update(facts) ? REASON_NO_RESTART
                                                                              : REASON_NO_TRACE;
    if (facts->number == VERDICT_NUMBER_SAME)
        return REASON_NO_TRACE;
    return facts->state == VERDICT_STATE_CONFIRMED && !facts->runs_image ? REASON_OTHER_IMAGE
                                                                         : REASON_OTHER_UPDATE;
}

/* An ERROR is final, unless this very update goes on: past its commit the next boots may carry it
 * through. */
static enum verdict decide_by_record(const struct verdict_facts *facts, enum verdict_reason *reason)
{
    bool is_ours = is_this_very_update(facts);
    enum verdict verdict;
    enum verdict_reason why;

    if (is_confirmed(facts))
        return say(VERDICT_DONE, REASON_CONFIRMED, reason);
    if (facts->reply == VERDICT_REPLY_ERROR && (!is_ours || is_unconfirmed_other(facts)))
        return say(VERDICT_NOT_DONE, REASON_REFUSED, reason);
    if (is_ours && has_ended_badly(facts, &verdict, &why))
        return end(facts, verdict, why, reason);
    if (verdict_is_under_way(facts->state, &why))
        return wait_for(facts, why, reason);
    return wait_for(facts, why_without_trace(facts), reason);
}

static enum verdict_reason why_by_log(const struct verdict_facts *facts)
{
    static const enum verdict_reason reasons[VERDICT_VERSIONS_COUNT] = {
        [VERDICT_VERSIONS_NONE] = REASON_LOG_EMPTY,
        [VERDICT_VERSIONS_AS_BEFORE] = REASON_LOG_AS_BEFORE,
        [VERDICT_VERSIONS_OF_IMAGE] = REASON_NO_RESTART_SEEN,
        [VERDICT_VERSIONS_OTHER] = REASON_LOG_OTHER,
    };

    if (facts->versions == VERDICT_VERSIONS_OF_IMAGE && !facts->showed_others)
        return REASON_LOG_UNPROVEN;
    return reasons[facts->versions];
}

/* The log shows the image's versions during the trial already, and after an ERROR the next boots
 * may carry the update through: a record that is shown now counts more than both. */
static enum verdict decide_by_log(const struct verdict_facts *facts, enum verdict_reason *reason)
{
    enum verdict_reason why;
    bool shows_image = facts->answer == VERDICT_ANSWER_WHOLE && facts->was_away &&
                       facts->showed_others && facts->versions == VERDICT_VERSIONS_OF_IMAGE;

    if (facts->reply == VERDICT_REPLY_ERROR) {
        if (facts->late_record && verdict_is_under_way(facts->state, &why))
            return wait_for(facts, why, reason);
        return say(VERDICT_NOT_DONE, REASON_REFUSED, reason);
    }
    if (verdict_is_no_witness(facts, &why))
        return decide_without_witness(facts, why, reason);
    if (!shows_image)
        return wait_for(facts, why_by_log(facts), reason);
    if (facts->late_record && (facts->state != VERDICT_STATE_CONFIRMED || !facts->runs_image))
        return wait_for(facts, REASON_LATE_RECORD, reason);
    return say(VERDICT_DONE, REASON_LOG_SHOWS_IMAGE, reason);
}

static bool is_running_already(const struct verdict_facts *facts)
{
    return facts->runs_image && !facts->has_next &&
           (facts->state == VERDICT_STATE_IDLE || facts->state == VERDICT_STATE_CONFIRMED ||
            facts->state == VERDICT_STATE_ROLLED_BACK);
}

static enum verdict decide_before(const struct verdict_facts *facts, enum verdict_reason *reason)
{
    enum verdict_reason why;

    if (!facts->has_record)
        return facts->versions == VERDICT_VERSIONS_OF_IMAGE
                   ? say(VERDICT_UNKNOWN, REASON_LOG_UNPROVEN, reason)
                   : say(VERDICT_SEND, REASON_FREE, reason);
    if (facts->state == VERDICT_STATE_TRIAL && facts->runs_image)
        return say(VERDICT_WAIT, REASON_TRIAL, reason);
    if (verdict_is_under_way(facts->state, &why))
        return say(VERDICT_NOT_DONE, why, reason);
    if (is_running_already(facts))
        return say(VERDICT_ALREADY, REASON_RUNS_IMAGE, reason);
    if (facts->state == VERDICT_STATE_UNCONFIRMED && facts->runs_image)
        return say(VERDICT_UNKNOWN, REASON_UNCONFIRMED, reason);
    return say(VERDICT_SEND, REASON_FREE, reason);
}

/* Another push sent the image. Its number stays while it is on trial. */
static enum verdict decide_attached(const struct verdict_facts *facts, enum verdict_reason *reason)
{
    enum verdict verdict;
    enum verdict_reason why;

    if (facts->number != VERDICT_NUMBER_SAME)
        return wait_for(facts, REASON_NUMBER_SKIPPED, reason);
    if (is_running_already(facts))
        return say(VERDICT_ALREADY, REASON_RUNS_IMAGE, reason);
    if (facts->our_update && has_ended_badly(facts, &verdict, &why))
        return end(facts, verdict, why, reason);
    if (verdict_is_under_way(facts->state, &why))
        return wait_for(facts, why, reason);
    return wait_for(facts, facts->state == VERDICT_STATE_LOST ? REASON_LOST : REASON_OTHER_UPDATE,
                    reason);
}

enum verdict verdict_decide(const struct verdict_facts *facts, enum verdict_reason *reason)
{
    enum verdict_reason why;

    if (facts->action == VERDICT_BEFORE)
        return decide_before(facts, reason);
    if (!facts->has_record)
        return decide_by_log(facts, reason);
    if (verdict_is_no_witness(facts, &why))
        return decide_without_witness(facts, why, reason);
    return facts->action == VERDICT_ATTACH ? decide_attached(facts, reason)
                                           : decide_by_record(facts, reason);
}

const char *verdict_name(enum verdict verdict, bool check_only)
{
    static const struct {
        const char *name, *checked;
    } names[VERDICT_COUNT] = {
        [VERDICT_WAIT] = {"wait", "wait"},
        [VERDICT_SEND] = {"send", "send"},
        [VERDICT_DONE] = {"done", "would be taken"},
        [VERDICT_ALREADY] = {"already", "already"},
        [VERDICT_NOT_DONE] = {"not done", "would be refused"},
        [VERDICT_UNKNOWN] = {"unknown", "cannot tell"},
    };

    return check_only ? names[verdict].checked : names[verdict].name;
}

enum verdict_state verdict_state_of(const char *word)
{
    static const char *const words[VERDICT_STATE_COUNT] = {
        [VERDICT_STATE_STRANGE] = "",
        [VERDICT_STATE_IDLE] = "idle",
        [VERDICT_STATE_RECEIVING] = "receiving",
        [VERDICT_STATE_CHECKING] = "checking",
        [VERDICT_STATE_WRITING] = "writing",
        [VERDICT_STATE_RESTARTING] = "restarting",
        [VERDICT_STATE_TRIAL] = "trial",
        [VERDICT_STATE_CONFIRMED] = "confirmed",
        [VERDICT_STATE_ROLLING_BACK] = "rolling-back",
        [VERDICT_STATE_ROLLED_BACK] = "rolled-back",
        [VERDICT_STATE_UNCONFIRMED] = "unconfirmed",
        [VERDICT_STATE_FAILED] = "failed",
        [VERDICT_STATE_LOST] = "lost",
    };
    enum verdict_state state = VERDICT_STATE_COUNT;

    while (--state > VERDICT_STATE_STRANGE)
        if (span_is(span_text(word), words[state]))
            break;
    return state;
}

enum verdict_number verdict_number_of(const char *before, const char *now)
{
    uint64_t from = 0, to = 0;

    /* No number before: a camera that had no update yet. */
    if (before[0] != '\0' && !number_parse(span_text(before), UINT64_MAX - 1, &from))
        return VERDICT_NUMBER_LOWER;
    if (!number_parse(span_text(now), UINT64_MAX, &to) || to < from)
        return VERDICT_NUMBER_LOWER;
    if (to == from)
        return VERDICT_NUMBER_SAME;
    return to == from + 1 ? VERDICT_NUMBER_NEXT : VERDICT_NUMBER_SKIPPED;
}
