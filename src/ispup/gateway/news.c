/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/news.h"

struct news *news_of(const struct gateway *gateway, const struct device *device)
{
    return &gateway->news[device - gateway->devices];
}

void news_unclear(struct gateway *gateway, const struct device *device)
{
    news_of(gateway, device)->is_unclear = true;
}

void news_waits(struct gateway *gateway, const struct device *device)
{
    news_of(gateway, device)->has_news = true;
}

void news_cancel(struct gateway *gateway, const struct device *device, const char *id,
                 bool is_accepted)
{
    gateway_say(device, "action %s: would %s its cancellation, and poll again", id,
                is_accepted ? "accept" : "reject");
    news_of(gateway, device)->has_news = true;
}

void news_confirmation(struct gateway *gateway, const struct device *device, const char *id,
                       const char *why)
{
    gateway_say(device, "action %s: would %s it%s%s", id, why == NULL ? "confirm" : "deny",
                why == NULL ? "" : ": ", why == NULL ? "" : why);
    news_of(gateway, device)->has_news = true;
}
