/* SPDX-License-Identifier: Apache-2.0 */
/* When a rollout stops by itself: too many failures, or too many of one cause. A pure function. */
#ifndef ISPUP_ROLLOUT_BUDGET_H
#define ISPUP_ROLLOUT_BUDGET_H

#include "ispup/rollout/share.h"

#include <stddef.h>

/* With so few ended cameras a percentage says nothing yet. */
enum { BUDGET_PERCENT_FROM = 10 };

struct budget {
    struct share
        all; /* failures that may happen, of all planned cameras; at least 1 if a percentage
              */
    bool has_same;
    uint64_t same; /* failures with one code; else half of the budget, at least 3 */
};

struct budget_tally {
    size_t planned;
    size_t ended;
    size_t failed;    /* not done or unknown, over the whole rollout */
    size_t same;      /* of them with the code that most of them have */
    size_t in_canary; /* of them in the first wave, which may have none */
};

enum budget_verdict {
    BUDGET_HOLDS,
    BUDGET_EXCEEDED,
    BUDGET_SAME_EXCEEDED,
    BUDGET_CANARY_FAILED,
};

uint64_t budget_limit(const struct budget *budget, size_t planned);
uint64_t budget_limit_same(const struct budget *budget, size_t planned);

/* Exceeding a limit stops; reaching it does not. */
enum budget_verdict budget_decide(const struct budget *budget, const struct budget_tally *tally);

#endif
