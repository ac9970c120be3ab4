/* SPDX-License-Identifier: Apache-2.0 */
/* What the gateway's processes do: the only ones that speak to cameras. */
#ifndef ISPUP_GATEWAY_WORK_H
#define ISPUP_GATEWAY_WORK_H

#include "ispup/gateway/gateway.h"
#include "ispup/push/event.h"

/* How many processes ask so many cameras: one that does not answer takes up to a minute. */
size_t work_askers(size_t cameras);

/* Asks each `askers`-th camera, from the `which`-th on, again and again. Sends an EVENT_OUTCOME for
 * each; `sent` is the camera's place, `percent` is 1 if it answered, `text` is ISP_STATE, or why it
 * did not answer. */
void work_ask(const struct gateway *gateway, size_t which, int events, int gate);

/* Sends the image, or waits for the outcome of one that was sent: push/push.h. */
void work_push(const struct gateway *gateway, const struct device *device,
               const struct target *target, const struct image_file *image, int events, int gate);

#endif
