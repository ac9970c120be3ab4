/* SPDX-License-Identifier: Apache-2.0 */
/* The message from the installer to the front: how the update ended. One byte of enum error_kind,
 * then the text. */
#ifndef UPDATE_OUTCOME_H
#define UPDATE_OUTCOME_H

#include "base/error.h"

/* `cause` NULL: OK. It does not matter if the front has ended. */
void outcome_tell(int fd, const struct error *cause);

/* Waits for the message. True: the update ended with OK. ERROR_INTERNAL if the installer ends
 * without a message. */
bool outcome_hear(int fd, struct error *cause) MUST_CHECK;

#endif
