/* SPDX-License-Identifier: Apache-2.0 */
/* hawkBit wants an action no more, and asks whether that is still possible. */
#ifndef ISPUP_GATEWAY_CANCEL_H
#define ISPUP_GATEWAY_CANCEL_H

#include "ispup/gateway/gateway.h"

/* Cancels it, or says that it is too late. */
void cancel_heard(struct gateway *gateway, struct device *device, const struct ddi_cancel *cancel);

#endif
