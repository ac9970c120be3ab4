/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/preview.h"

#include "base/clock.h"
#include "ispup/gateway/action.h"
#include "ispup/gateway/news.h"
#include "ispup/gateway/talk.h"

void preview_heard(struct gateway *gateway, struct device *device, const char *why)
{
    if (!gateway->is_dry)
        return;
    device->is_told = true;
    if (why == NULL)
        return;
    gateway_say(device, "does not answer: %s", why);
    news_of(gateway, device)->has_shown = true;
}

static void show_action(struct gateway *gateway, struct device *device)
{
    static const char *const texts[] = {
        [DECISION_WAIT] = "would wait",
        [DECISION_DOWNLOAD] = ("would fetch and check the image, then ask the camera, and "
                               "send the image if the camera takes it"),
        [DECISION_SEND] = "would ask the camera, and send the image if the camera takes it",
        [DECISION_FAIL] = "would report a failure",
    };
    struct cache_file *file;
    enum decision_why why;
    enum decision decision = action_decide(gateway, device, &file, &why);

    gateway_say(device, "action %s: %s%s%s", device->action.id, texts[decision],
                decision == DECISION_WAIT || decision == DECISION_FAIL ? ": " : "",
                decision == DECISION_WAIT || decision == DECISION_FAIL ? decision_text(why) : "");
}

/* A poll that is due has not been made. */
static bool is_done(const struct gateway *gateway, const struct device *device)
{
    return device->is_told && !device->is_talking &&
           (device->poll_at > clock_milliseconds() || !talk_is_polled(gateway, device));
}

/* The first request that fails is told: a preview does not try again. */
static bool is_unanswered(const struct gateway *gateway, const struct device *device)
{
    const struct gateway_server *server = &gateway->server;

    return device->is_told && !device->is_talking &&
           (news_of(gateway, device)->is_unclear || device->fails > 0 || server->tries > 0 ||
            server->is_denied);
}

static void show(struct gateway *gateway, struct device *device)
{
    news_of(gateway, device)->has_shown = true;
    if (device->outbox != NULL)
        gateway_say(device, "would first tell hawkBit what it does not know yet");
    if (device_is_stopped(device))
        gateway_say(device, "stopped: it shows the id %s", device->other_id);
    else if (device_is_sending(device))
        gateway_say(device, "action %s: was sent, its outcome would be asked for",
                    device->action.id);
    else if (device->controller[0] == '\0')
        gateway_say(device, "it has no name in hawkBit: nothing would be done");
    else if (device->nameless > 0)
        gateway_say(device, "it shows no id now: nothing would be sent");
    else if (device->has_deployment && device->action.state == DEVICE_OPEN)
        show_action(gateway, device);
    else if (!news_of(gateway, device)->has_news)
        gateway_say(device, "%s: nothing to do, runs %s", device->controller, device->version);
}

bool preview_is_over(struct gateway *gateway)
{
    bool is_over = true;

    for (size_t i = 0; i < gateway->count; i++) {
        struct device *device = &gateway->devices[i];
        struct news *news = news_of(gateway, device);

        if (!news->has_shown && is_unanswered(gateway, device)) {
            gateway_say(device, "%s: hawkBit did not say what is to be done", device->controller);
            news->has_shown = gateway->is_unanswered = true;
        } else if (!news->has_shown && is_done(gateway, device))
            show(gateway, device);
        is_over = is_over && news->has_shown;
    }
    return is_over;
}
