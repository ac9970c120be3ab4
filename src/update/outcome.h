/* SPDX-License-Identifier: Apache-2.0 */
/* What the installer tells the front: how the update ended. A byte of enum error_kind, then the
 * text. */
#ifndef UPDATE_OUTCOME_H
#define UPDATE_OUTCOME_H

#include "base/error.h"

/* `cause` NULL: OK. A front that has gone does not matter. */
void outcome_tell(int fd, const struct error *cause);

/* Waits for it. True where the update ended with OK; an installer that ends without a word is
 * ERROR_INTERNAL. */
bool outcome_hear(int fd, struct error *cause) MUST_CHECK;

#endif
