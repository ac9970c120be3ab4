/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/cancel.h"

#include "base/clock.h"
#include "ispup/gateway/news.h"

#include <string.h>

static void answer(struct gateway *gateway, struct device *device, const struct ddi_cancel *cancel,
                   enum decision_cancel decision)
{
    static const char *const texts[] = {
        [DECISION_CANCEL_ACCEPT] = "canceled: nothing was sent to the camera",
        [DECISION_CANCEL_LATE] = "too late: the image was sent to the camera, and its outcome "
                                 "follows",
        [DECISION_CANCEL_ENDED] = "too late: the image was sent to the camera, and its outcome was "
                                  "told",
    };
    bool is_accepted = decision == DECISION_CANCEL_ACCEPT;
    struct feedback feedback = {.execution = is_accepted ? FEEDBACK_CLOSED : FEEDBACK_REJECTED,
                                .finished = is_accepted ? FEEDBACK_SUCCESS : FEEDBACK_FAILURE};
    struct memory_change change = {.count = 0};
    struct error err = ERROR_EMPTY;
    char *text = NULL;

    feedback_add(&feedback, "%s", texts[decision]);
    if (!feedback_format(&feedback, cancel->id, &text, &err) ||
        !memory_add(&change, device, OUTBOX_CANCEL, cancel->id, text, &err))
        return; /* the next poll asks again */
    if (gateway_save(gateway, device, &change))
        gateway_say(device, "action %s: cancellation %s", cancel->stop_id,
                    is_accepted ? "accepted, nothing was sent" : "rejected: the image was sent");
}

/* Nothing of an action that was not sent will be. Another one that is under way goes on. */
static void end(struct device *device, const char *id, bool is_ours)
{
    if (device_is_sending(device) || (is_ours && device->action.state == DEVICE_ENDED))
        return;
    if (!is_ours)
        device_begin_action(device, id, clock_unix_seconds());
    device->has_deployment = false;
    device_end_action(&device->action, "canceled", "canceled before anything was sent",
                      clock_unix_seconds());
}

/* The action ends and hawkBit's answer is saved in one transaction. */
void cancel_heard(struct gateway *gateway, struct device *device, const struct ddi_cancel *cancel)
{
    const struct device_action *action = &device->action;
    bool is_ours = action->state != DEVICE_NO_ACTION && strcmp(action->id, cancel->stop_id) == 0;
    enum decision_cancel decision =
        decision_cancel(is_ours && action->was_sent, action->state == DEVICE_ENDED);

    if (gateway->is_dry) {
        news_cancel(gateway, device, cancel->stop_id, decision == DECISION_CANCEL_ACCEPT);
        return;
    }
    if (decision == DECISION_CANCEL_ACCEPT)
        end(device, cancel->stop_id, is_ours);
    answer(gateway, device, cancel, decision);
}
