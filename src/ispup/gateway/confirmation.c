/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/confirmation.h"

#include "ispup/gateway/news.h"

#include <stdio.h>
#include <string.h>

bool confirmation_is_wanted(struct gateway *gateway, struct device *device)
{
    if (gateway->setup.confirm == SETUP_CONFIRM_GIVE)
        return true;
    if (!device->is_confirm_told)
        gateway_say(device, "an action waits for its confirmation in hawkBit");
    device->is_confirm_told = true;
    news_waits(gateway, device);
    return false;
}

void confirmation_answer(struct gateway *gateway, struct device *device,
                         const struct ddi_deployment *asked)
{
    struct memory_change change = {.count = 0};
    struct error err = ERROR_EMPTY;
    const struct ddi_artifact *artifact;
    size_t images = device_choose_artifact(asked, device->platform, &artifact);
    enum decision_why why = images == 0 ? DECISION_NO_IMAGE : DECISION_SEVERAL_IMAGES;
    const char *words = images == 1 ? "confirmed by the gateway" : decision_text(why);
    char *text = NULL;

    if (strcmp(device->confirmation, asked->id) == 0 || device->platform[0] == '\0')
        return; /* the next poll asks again */
    if (gateway->is_dry) {
        news_confirmation(gateway, device, asked->id, images == 1 ? NULL : words);
        return;
    }
    if (!feedback_format_confirmation(images == 1, words, &text, &err) ||
        !memory_add(&change, device, OUTBOX_CONFIRMATION, asked->id, text, &err))
        return;
    (void)snprintf(device->confirmation, sizeof(device->confirmation), "%s", asked->id);
    if (gateway_save(gateway, device, &change))
        gateway_say(device, "action %s: %s", asked->id, words);
}
