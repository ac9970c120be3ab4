/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup confirm`: confirm the image that cameras have on trial. */
#include "ispup/cli/verbs.h"
#include "ispup/push/verb.h"

static bool run(struct verb_call *call, struct error *err)
{
    static const struct push_order order = {
        .verb = "confirm", .command = "CONFIRM", .kind = ORDER_CONFIRM};

    return push_verb_run(&order, call, err);
}

const struct verb verb_confirm = {
    .name = "confirm",
    .arguments = "[http://|https://][USER@]HOST[:PORT]...|--cameras FILE [OPTION...]",
    .summary = "confirm the image that cameras have on trial",
    .help = PUSH_ORDER_HELP,
    .unprinted = VERB_UNKNOWN,
    .run = run,
};
