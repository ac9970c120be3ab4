/* SPDX-License-Identifier: Apache-2.0 */
/* A reply that libcurl left in the socket. */
#ifndef ISPUP_REMOTE_RAW_REPLY_H
#define ISPUP_REMOTE_RAW_REPLY_H

#include "base/span.h"

/* Finds status and body: true if it is a reply with its whole head. */
bool raw_reply_find(struct span raw, long *status, struct span *body);

#endif
