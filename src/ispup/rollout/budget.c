/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/budget.h"

enum { SAME_LEAST = 3 };

uint64_t budget_limit(const struct budget *budget, size_t planned)
{
    uint64_t limit = share_of(&budget->all, planned);

    return budget->all.is_percent && budget->all.number > 0 && limit < 1 ? 1 : limit;
}

uint64_t budget_limit_same(const struct budget *budget, size_t planned)
{
    uint64_t half = budget_limit(budget, planned) / 2;

    if (budget->has_same)
        return budget->same;
    return half < SAME_LEAST ? SAME_LEAST : half;
}

enum budget_verdict budget_decide(const struct budget *budget, const struct budget_tally *tally)
{
    bool counts = !budget->all.is_percent || tally->ended >= BUDGET_PERCENT_FROM ||
                  tally->ended >= tally->planned;

    if (tally->in_canary > 0)
        return BUDGET_CANARY_FAILED;
    if (counts && tally->failed > budget_limit(budget, tally->planned))
        return BUDGET_EXCEEDED;
    if (tally->same > budget_limit_same(budget, tally->planned))
        return BUDGET_SAME_EXCEEDED;
    return BUDGET_HOLDS;
}
