/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup rollout`: the table of its verbs. */
#include "ispup/rollout/verbs.h"

#include "base/compiler.h"
#include "ispup/cli/verbs.h"

static const struct verb *const verbs[] = {
    &rollout_plan, &rollout_run, &rollout_status, &rollout_stop, &rollout_retry, &rollout_report,
};

const struct verb verb_rollout = {
    .name = "rollout",
    .arguments = "VERB DIR [OPTION...]",
    .summary = "update many cameras in waves, and remember each outcome",
    .inner = verbs,
    .inner_count = COUNT_OF(verbs),
};
