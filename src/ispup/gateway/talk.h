/* SPDX-License-Identifier: Apache-2.0 */
/* What the gateway and hawkBit say to each other of one camera: first the outbox, in its order;
 * when it is empty, a poll, and what the poll leads to. One request at a time for a camera. */
#ifndef ISPUP_GATEWAY_TALK_H
#define ISPUP_GATEWAY_TALK_H

#include "ispup/gateway/gateway.h"

/* Begins what is due, if anything is. */
void talk_go_on(struct gateway *gateway, struct device *device);

/* Whether the camera is polled at all: it has a name, and has answered lately or has an action. */
bool talk_is_polled(const struct gateway *gateway, const struct device *device);

#endif
