/* SPDX-License-Identifier: Apache-2.0 */
/* Whether an update that sent nothing should be tried again. */
#ifndef ISPUP_PUSH_RETRY_H
#define ISPUP_PUSH_RETRY_H

#include "ispup/push/verdict.h"

enum retry {
    RETRY_NEVER,   /* asking again does not help */
    RETRY_LATER,   /* it is away, or busy with something else: as often as needed */
    RETRY_COUNTED, /* it answered, and nothing was sent: a few times */
};

enum retry retry_of(enum verdict_reason reason);

#endif
