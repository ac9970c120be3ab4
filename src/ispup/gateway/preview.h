/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup gateway --check`: what the gateway would do now. Nothing is sent, saved or told. */
#ifndef ISPUP_GATEWAY_PREVIEW_H
#define ISPUP_GATEWAY_PREVIEW_H

#include "ispup/gateway/gateway.h"

/* The camera was asked. `why`: it did not answer; or NULL. */
void preview_heard(struct gateway *gateway, struct device *device, const char *why);

/* Prints the lines of cameras of which hawkBit has told all; true if there are no others. */
bool preview_is_over(struct gateway *gateway);

#endif
