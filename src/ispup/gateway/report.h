/* SPDX-License-Identifier: Apache-2.0 */
/* What the outcome of one update means for its action in hawkBit. Pure: no clock. docs/gateway.md,
 * "What hawkBit is told", has the table. */
#ifndef ISPUP_GATEWAY_REPORT_H
#define ISPUP_GATEWAY_REPORT_H

#include "ispup/gateway/feedback.h"
#include "ispup/push/outcome.h"

enum { REPORT_TRIES = 5 };

enum report_step {
    REPORT_AT_ONCE, /* nothing was sent: the gateway itself left it */
    REPORT_LATER,   /* nothing was sent: it is away or busy */
    REPORT_TRY,     /* nothing was sent, though it answered: counted */
    REPORT_ASK,     /* unknown: the camera is asked again */
    REPORT_SUCCESS, /* closed */
    REPORT_FAILURE, /* closed */
};

struct report_facts {
    bool was_sent; /* a byte of the image may have been sent */
    enum verdict verdict;
    enum verdict_reason reason;
    uint64_t tries; /* before this one */
    bool is_late;   /* unknown for longer than the deadline */
};

/* `code`: of the feedback that closes the action. */
enum report_step report_decide(const struct report_facts *facts, enum feedback_code *code);

/* The feedback that closes an action: the code's word, the camera's words, and the facts that prove
 * them. */
void report_close(const struct outcome *outcome, const char *code_word, enum report_step step,
                  enum feedback_code code, struct feedback *feedback);

#endif
