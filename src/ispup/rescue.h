/* SPDX-License-Identifier: Apache-2.0 */
/* A reply that was left behind in a connection which broke: enough of HTTP to read it. */
#ifndef ISPUP_RESCUE_H
#define ISPUP_RESCUE_H

#include "base/span.h"

/* `raw` begins with a status line and a head that ends; `body` is what stands behind it, borrowed.
 * False: it is no reply, and nothing is set. */
bool rescue_reply(struct span raw, long *status, struct span *body);

#endif
