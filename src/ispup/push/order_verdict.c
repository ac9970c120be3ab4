/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/order_verdict.h"

static enum verdict say(enum verdict verdict, enum verdict_reason why, enum verdict_reason *reason)
{
    *reason = why;
    return verdict;
}

static enum verdict wait_for(const struct verdict_facts *seen, enum verdict_reason why,
                             enum verdict_reason *reason)
{
    return say(seen->is_over ? VERDICT_UNKNOWN : VERDICT_WAIT, why, reason);
}

static enum verdict_reason why_not_back(const struct order_facts *facts)
{
    if (facts->seen.state != VERDICT_STATE_ROLLED_BACK)
        return REASON_NO_EFFECT;
    return facts->seen.other_boot ? REASON_OTHER_IMAGE : REASON_NO_RESTART;
}

static enum verdict_reason why_open(const struct order_facts *facts)
{
    enum verdict_reason why;

    if (facts->seen.state == VERDICT_STATE_LOST)
        return REASON_LOST;
    if (verdict_is_under_way(facts->seen.state, &why))
        return why;
    if (facts->kind == ORDER_ROLLBACK)
        return why_not_back(facts);
    return facts->seen.other_boot ? REASON_RESTARTED : REASON_NO_EFFECT;
}

/* The image before may be one that was never confirmed. */
static bool is_state_of_return(enum verdict_state state)
{
    return state == VERDICT_STATE_ROLLED_BACK || state == VERDICT_STATE_UNCONFIRMED;
}

/* An unconfirmed image that a rollback led to: its last update stays rolled back. */
static bool is_state_of_confirmation(const struct order_facts *facts)
{
    return facts->seen.state == VERDICT_STATE_CONFIRMED ||
           (facts->was_unconfirmed && facts->seen.state == VERDICT_STATE_ROLLED_BACK);
}

static bool is_done(const struct order_facts *facts)
{
    const struct verdict_facts *seen = &facts->seen;

    if (facts->kind == ORDER_ROLLBACK)
        return is_state_of_return(seen->state) && seen->other_boot && facts->runs_previous;
    return is_state_of_confirmation(facts) && !seen->other_boot &&
           seen->reply != VERDICT_REPLY_ERROR;
}

/* A rollback that failed once is carried through by the next boots. */
static bool goes_on(const struct order_facts *facts)
{
    return facts->kind == ORDER_ROLLBACK && (facts->seen.state == VERDICT_STATE_ROLLING_BACK ||
                                             facts->seen.state == VERDICT_STATE_RESTARTING);
}

/* Neither a confirmation nor a rollback counts as an update: the number stays. */
enum verdict order_decide(const struct order_facts *facts, enum verdict_reason *reason)
{
    const struct verdict_facts *seen = &facts->seen;
    enum verdict_reason why;

    if (verdict_is_no_witness(seen, &why))
        return why == REASON_DENIED && seen->is_settled ? say(VERDICT_UNKNOWN, why, reason)
                                                        : wait_for(seen, why, reason);
    if (seen->number != VERDICT_NUMBER_SAME)
        return wait_for(seen, REASON_NUMBER_SKIPPED, reason);
    if (is_done(facts))
        return say(VERDICT_DONE,
                   facts->kind == ORDER_CONFIRM ? REASON_CONFIRMED : REASON_ROLLED_BACK, reason);
    if (seen->reply == VERDICT_REPLY_ERROR && !goes_on(facts))
        return say(VERDICT_NOT_DONE, REASON_REFUSED, reason);
    return wait_for(seen, why_open(facts), reason);
}
