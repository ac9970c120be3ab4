/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the image is older than what the camera runs. */
#ifndef ISPUP_PUSH_AGE_H
#define ISPUP_PUSH_AGE_H

#include "ispup/push/report.h"

/* Compares component by component; UNKNOWN is not older. False: one of them is older, and the
 * outcome is settled. With --allow-older always true. */
bool push_check_age(struct push *push);

#endif
