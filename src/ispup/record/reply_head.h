/* SPDX-License-Identifier: Apache-2.0 */
/* The head of a recorded reply. */
#ifndef ISPUP_RECORD_REPLY_HEAD_H
#define ISPUP_RECORD_REPLY_HEAD_H

#include "base/span.h"

#include <stdint.h>
#include <stdio.h>

/* The value of the first field of that name, without blanks around it; its name in any case. */
bool reply_head_find(struct span head, const char *name, struct span *value);

/* Writes the head. A Content-Length that is `before` becomes `now`: placeholders have other sizes.
 * The value of X-ISP-Ticket, which is a secret of its time, becomes TICKET. */
void reply_head_print(struct span head, uint64_t before, uint64_t now, FILE *file);

#endif
