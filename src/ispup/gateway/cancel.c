/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/cancel.h"

#include "base/clock.h"

#include <string.h>

static void answer(struct gateway *gateway, struct device *device, const struct ddi_cancel *cancel,
                   bool is_accepted)
{
    struct feedback feedback = {.execution = is_accepted ? FEEDBACK_CLOSED : FEEDBACK_REJECTED,
                                .finished = is_accepted ? FEEDBACK_SUCCESS : FEEDBACK_FAILURE};
    struct memory_change change = {.count = 0};
    struct error err = ERROR_EMPTY;
    char *text = NULL;

    feedback_add(&feedback, "%s",
                 is_accepted
                     ? "canceled: nothing was sent to the camera"
                     : "too late: the image was sent to the camera, and its outcome follows");
    if (!feedback_format(&feedback, cancel->id, &text, &err) ||
        !memory_add(&change, device, OUTBOX_CANCEL, cancel->id, text, &err))
        return; /* the next poll asks again */
    gateway_say(device, "action %s: cancellation %s", cancel->stop_id,
                is_accepted ? "accepted, nothing was sent" : "rejected: the image was sent");
    gateway_save(gateway, device, &change);
}

/* The action ends and hawkBit's answer is saved in one transaction. Another one that is under way
 * goes on. */
void cancel_heard(struct gateway *gateway, struct device *device, const struct ddi_cancel *cancel)
{
    struct device_action *action = &device->action;
    bool is_ours = action->state != DEVICE_NO_ACTION && strcmp(action->id, cancel->stop_id) == 0;
    bool is_accepted =
        decision_cancel(is_ours && action->state == DEVICE_SENDING,
                        is_ours && action->state == DEVICE_ENDED) == DECISION_CANCEL_ACCEPT;

    if (gateway->is_dry)
        return;
    if (is_accepted && !device_is_sending(device)) {
        if (!is_ours)
            device_begin_action(device, cancel->stop_id, clock_unix_seconds());
        device->has_deployment = false;
        device_end_action(action, "canceled", "canceled before anything was sent",
                          clock_unix_seconds());
    }
    answer(gateway, device, cancel, is_accepted);
}
