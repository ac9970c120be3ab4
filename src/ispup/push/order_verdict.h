/* SPDX-License-Identifier: Apache-2.0 */
/* How `ispup confirm` and `ispup rollback` end: facts in, a verdict out. docs/push.md, "Confirm and
 * roll back", has the rules. */
#ifndef ISPUP_PUSH_ORDER_VERDICT_H
#define ISPUP_PUSH_ORDER_VERDICT_H

#include "ispup/push/verdict.h"

enum order_kind { ORDER_CONFIRM, ORDER_ROLLBACK };

/* Of a camera that showed a record before the order. Only cameras with one get an order. */
struct order_facts {
    enum order_kind kind;
    struct verdict_facts seen; /* `reply` is that to the order */
    bool was_unconfirmed;      /* before the order */
    bool runs_previous;        /* it runs the image that the record named as the one before */
};

/* VERDICT_WAIT, VERDICT_DONE, VERDICT_NOT_DONE or VERDICT_UNKNOWN. */
enum verdict order_decide(const struct order_facts *facts, enum verdict_reason *reason);

#endif
