/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/work.h"

#include "base/clock.h"
#include "base/fd.h"
#include "ispup/fleet/delay.h"
#include "ispup/push/push.h"
#include "ispup/remote/ask.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { CAMERAS_EACH = 64, ASKERS_MOST = 16, JITTER_PERCENT = 20, SECOND = 1000 };

size_t work_askers(size_t cameras)
{
    size_t askers = (cameras + CAMERAS_EACH - 1) / CAMERAS_EACH;

    return askers < ASKERS_MOST ? askers : ASKERS_MOST;
}

static const char *authority_of(const struct setup *setup)
{
    return setup->camera_authority[0] == '\0' ? NULL : setup->camera_authority;
}

static void keep(const struct seen *seen, const char *mac, struct outcome *outcome)
{
    const char *sha256 = seen->status.values[STATUS_ISP_IMAGE_SHA256];

    if (!seen->has_record)
        (void)snprintf(outcome->id, sizeof(outcome->id), "%s", mac);
    outcome_note_before(outcome, seen);
    ask_version(seen, outcome->before);
    (void)snprintf(outcome->image_sha256, sizeof(outcome->image_sha256), "%.*s", DIGEST_TEXT_SIZE,
                   sha256);
}

/* An answer without a record may be an accident: its MAC address would become the camera's id. */
static void ask_record(struct session *session, struct seen *seen)
{
    ask(session, false, seen);
    if (seen->has_record || !seen->has_versions)
        return;
    clock_sleep(SECOND);
    ask(session, false, seen);
}

static void ask_one(const struct gateway *gateway, size_t camera, struct event *event)
{
    CLEANUP(session_close) struct session session = {.reply = NULL};
    struct error err = ERROR_EMPTY;
    char mac[ASK_MAC_SIZE] = "";
    struct seen seen = {.is_reached = false};

    if (!session_open(&session, &gateway->hosts.targets[camera], authority_of(&gateway->setup),
                      gateway->setup.is_camera_insecure, &err)) {
        event_say(event, "%s", err.text);
        return;
    }
    ask_record(&session, &seen);
    if (!seen.has_record && !seen.has_versions) {
        event_say(event, "%s", seen.words);
        return;
    }
    if (!seen.has_record)
        ask_mac(&session, mac);
    event->percent = 1;
    keep(&seen, mac, &event->outcome);
    event_say(event, "%s", seen.status.values[STATUS_ISP_STATE]);
}

/* One round. False: it must end. Each event says when its camera was asked. */
static bool ask_round(const struct gateway *gateway, size_t which, uint64_t pause, int events,
                      int gate)
{
    for (size_t i = which; i < gateway->count; i += gateway->askers) {
        struct event event = {
            .kind = EVENT_OUTCOME, .stage = STAGE_ENDED, .sent = i, .size = clock_milliseconds()};

        ask_one(gateway, i, &event);
        if (!event_send(events, &event) ||
            fd_wait(gate, (int)delay_spread(pause, JITTER_PERCENT, i * 7919 + which)))
            return false;
    }
    return true;
}

/* At first all cameras are asked at once; later they take turns over the whole time. */
void work_ask(const struct gateway *gateway, size_t which, int events, int gate)
{
    size_t mine = (gateway->count - which + gateway->askers - 1) / gateway->askers;
    struct error err = ERROR_EMPTY;

    (void)signal(SIGUSR1, SIG_DFL); /* ends with the gateway */
    if (!http_begin(&err) || !ask_round(gateway, which, 0, events, gate) || gateway->is_dry)
        return;
    while (ask_round(gateway, which, gateway->setup.ask * SECOND / mine, events, gate))
        continue;
}

void work_push(const struct gateway *gateway, const struct device *device,
               const struct target *target, const struct image_file *image, int events, int gate)
{
    const struct setup *setup = &gateway->setup;
    struct push_options options = {
        .cacert = authority_of(setup),
        .is_insecure = setup->is_camera_insecure,
        .may_be_foreign = setup->may_be_foreign,
        .allow_older = setup->may_be_older,
        .asks_first = true,
        .wait = setup->wait,
        .stall = setup->stall,
    };
    struct image_file none = IMAGE_FILE_NONE;

    if (device->work == DEVICE_PUSH && image != NULL) {
        push_run(&options, image, target, events, gate);
        return;
    }
    memcpy(none.sha256, device->action.outcome.image_sha256, sizeof(none.sha256));
    memcpy(none.file_sha256, device->action.outcome.file_sha256, sizeof(none.file_sha256));
    (void)snprintf(none.file_name, sizeof(none.file_name), "%.23s", device->action.file_name);
    push_resume(&options, image == NULL ? &none : image, target, &device->action.outcome, events);
}
