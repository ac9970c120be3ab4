/* SPDX-License-Identifier: Apache-2.0 */
/* An action from its first sight to its end: what is done next, what the process of its camera
 * tells, and what hawkBit is told of that. */
#ifndef ISPUP_GATEWAY_ACTION_H
#define ISPUP_GATEWAY_ACTION_H

#include "ispup/gateway/gateway.h"
#include "ispup/push/event.h"

/* The deployment of an action that hawkBit wants now: `device->deployment`. */
void action_seen(struct gateway *gateway, struct device *device);

/* hawkBit has no action for it any more. */
void action_gone(struct gateway *gateway, struct device *device);

/* What to do now; `file`: its image in the cache, or NULL. */
enum decision action_decide(struct gateway *gateway, struct device *device,
                            struct cache_file **file, enum decision_why *why);

/* Goes on with it, as far as that needs no process: feedback, download, its end. */
void action_go_on(struct gateway *gateway, struct device *device);

/* The work that a process should do for the camera now. */
enum device_work action_work(struct gateway *gateway, struct device *device);

/* The first byte may be sent: what the camera showed is saved. False: nothing may be sent. */
bool action_may_send(struct gateway *gateway, struct device *device, const struct outcome *before);

/* The process has begun another stage, has told the outcome, or has ended without one. */
void action_stage(struct gateway *gateway, struct device *device, enum event_stage stage);
void action_outcome(struct gateway *gateway, struct device *device, const struct outcome *outcome);
void action_died(struct gateway *gateway, struct device *device);

#endif
