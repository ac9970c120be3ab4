/* SPDX-License-Identifier: Apache-2.0 */
/* Waits while another push of this machine sends to the camera. */
#ifndef ISPUP_PUSH_TURN_H
#define ISPUP_PUSH_TURN_H

#include "ispup/push/report.h"

/* After the first answer: takes the lock of the address that answered, and asks again if the answer
 * may be out of date. False: the outcome is settled. */
bool push_take_turn(struct push *push) MUST_CHECK;

#endif
