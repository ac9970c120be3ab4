/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/report.h"

#include "ispup/push/retry.h"

static enum report_step decide_unsent(const struct report_facts *facts, enum feedback_code *code)
{
    enum retry retry = retry_of(facts->reason);

    *code = FEEDBACK_UNSENT;
    if (facts->reason == REASON_INTERRUPTED)
        return REPORT_AT_ONCE;
    if (retry == RETRY_LATER)
        return REPORT_LATER;
    if (retry == RETRY_COUNTED && facts->tries + 1 < REPORT_TRIES)
        return REPORT_TRY;
    return REPORT_FAILURE;
}

enum report_step report_decide(const struct report_facts *facts, enum feedback_code *code)
{
    *code = FEEDBACK_DONE;
    switch (facts->verdict) {
    case VERDICT_DONE:
    case VERDICT_ALREADY:
        return REPORT_SUCCESS;
    case VERDICT_NOT_DONE:
        *code = FEEDBACK_FAILED;
        return facts->was_sent ? REPORT_FAILURE : decide_unsent(facts, code);
    default:
        *code = FEEDBACK_UNKNOWN;
        return facts->is_late ? REPORT_FAILURE : REPORT_ASK;
    }
}

static const char *or_none(const char *text)
{
    return text[0] == '\0' ? "not shown" : text;
}

static void add_facts(const struct outcome *outcome, struct feedback *feedback)
{
    feedback_add(feedback, "camera %s, platform %s, before %s, after %s", or_none(outcome->id),
                 or_none(outcome->platform), or_none(outcome->before), or_none(outcome->after));
    feedback_add(feedback, "update number %s, image sha256 %s", or_none(outcome->update),
                 or_none(outcome->image_sha256));
}

void report_close(const struct outcome *outcome, const char *code_word, enum report_step step,
                  enum feedback_code code, struct feedback *feedback)
{
    *feedback =
        (struct feedback){.execution = FEEDBACK_CLOSED,
                          .finished = step == REPORT_SUCCESS ? FEEDBACK_SUCCESS : FEEDBACK_FAILURE,
                          .code = (int)code};
    if (code == FEEDBACK_UNKNOWN)
        feedback_add(feedback, "unknown, not failed: no one knows whether the image runs: look at "
                               "the camera (ispup status)");
    feedback_add(feedback, "%s: %.440s", code_word, outcome->why);
    add_facts(outcome, feedback);
}
