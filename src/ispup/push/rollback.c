/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup rollback`: bring back the image that cameras ran before. */
#include "ispup/cli/verbs.h"
#include "ispup/push/verb.h"

static bool run(struct verb_call *call, struct error *err)
{
    static const struct push_order order = {
        .verb = "rollback", .command = "ROLLBACK", .kind = ORDER_ROLLBACK};

    return push_verb_run(&order, call, err);
}

const struct verb verb_rollback = {
    .name = "rollback",
    .arguments = "[http://|https://][USER@]HOST[:PORT]...|--cameras FILE [OPTION...]",
    .summary = "bring back the image that cameras ran before",
    .help = PUSH_ORDER_HELP,
    .unprinted = VERB_UNKNOWN,
    .run = run,
};
