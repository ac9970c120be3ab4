/* SPDX-License-Identifier: Apache-2.0 */
/* With --check: what the answers of hawkBit would lead to. Without it no one reads that. */
#ifndef ISPUP_GATEWAY_NEWS_H
#define ISPUP_GATEWAY_NEWS_H

#include "ispup/gateway/gateway.h"

struct news *news_of(const struct gateway *gateway, const struct device *device);

/* hawkBit's answer was none that says what is to be done. */
void news_unclear(struct gateway *gateway, const struct device *device);

/* The gateway would answer a cancellation, or a question for a confirmation. `why`: it would deny
 * that; or NULL. */
void news_cancel(struct gateway *gateway, const struct device *device, const char *id,
                 bool is_accepted);
void news_confirmation(struct gateway *gateway, const struct device *device, const char *id,
                       const char *why);

/* A line said that the action waits for a person. */
void news_waits(struct gateway *gateway, const struct device *device);

#endif
