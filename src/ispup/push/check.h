/* SPDX-License-Identifier: Apache-2.0 */
/* Before a byte is sent: what the camera is, and whether it would take the image. */
#ifndef ISPUP_PUSH_CHECK_H
#define ISPUP_PUSH_CHECK_H

#include "ispup/push/report.h"

/* False: it would not, and the outcome is settled. */
bool push_check(struct push *push);

/* With --check: settles what push would do. */
void push_check_end(struct push *push);

#endif
