/* SPDX-License-Identifier: Apache-2.0 */
/* hawkBit's confirmation flow: an action that waits until a person or the gateway confirms it. */
#ifndef ISPUP_GATEWAY_CONFIRMATION_H
#define ISPUP_GATEWAY_CONFIRMATION_H

#include "ispup/gateway/gateway.h"

/* An action waits. Whether the gateway answers for the camera; if not, a line says so once. */
bool confirmation_is_wanted(struct gateway *gateway, struct device *device);

/* Confirms it, or denies it if it has no image for this camera: once. hawkBit lets a denied action
 * wait for a person. */
void confirmation_answer(struct gateway *gateway, struct device *device,
                         const struct ddi_deployment *asked);

#endif
