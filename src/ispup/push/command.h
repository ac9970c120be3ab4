/* SPDX-License-Identifier: Apache-2.0 */
/* One camera's way through `ispup confirm` and `ispup rollback`: a command without a body, sent
 * once, and questions until its end is known. */
#ifndef ISPUP_PUSH_COMMAND_H
#define ISPUP_PUSH_COMMAND_H

#include "ispup/push/report.h"

/* Settles the outcome. */
void push_command(struct push *push);

#endif
