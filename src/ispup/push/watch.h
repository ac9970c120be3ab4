/* SPDX-License-Identifier: Apache-2.0 */
/* After the body was sent: asks the camera until there is a verdict. */
#ifndef ISPUP_PUSH_WATCH_H
#define ISPUP_PUSH_WATCH_H

#include "ispup/push/report.h"

/* Settles the outcome. */
void push_watch(struct push *push);

/* The image was found on trial, nothing was sent: waits for the end of the trial, and settles the
 * outcome. Always returns false. */
bool push_attach(struct push *push);

#endif
