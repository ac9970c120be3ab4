/* SPDX-License-Identifier: Apache-2.0 */
/* The specification's stages 3 and 4: sends the filled form, once, and reads the reply. */
#ifndef ISPUP_PUSH_UPLOAD_H
#define ISPUP_PUSH_UPLOAD_H

#include "ispup/push/report.h"

/* False: no byte of the body was sent, and the outcome is settled. Else `reply` and `words` are
 * set. */
bool push_upload(struct push *push);

#endif
