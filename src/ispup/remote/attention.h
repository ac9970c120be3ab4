/* SPDX-License-Identifier: Apache-2.0 */
/* Which cameras need a person: those that `ispup status` exits with 1 for. docs/push.md. */
#ifndef ISPUP_REMOTE_ATTENTION_H
#define ISPUP_REMOTE_ATTENTION_H

#include "ispup/remote/ask.h"

/* A stable word for the reason; NULL: the camera needs no one. A constant. */
const char *attention_word(const struct seen *seen);

#endif
