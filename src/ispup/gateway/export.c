/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/export.h"

#include "image/timestamp.h"
#include "ispup/fleet/csv_print.h"

#include <string.h>

struct export
{
    struct gateway *gateway;
    bool is_raw;
    FILE *out;
};

static const char *const states[DEVICE_ACTION_STATES] = {
    [DEVICE_NO_ACTION] = "",
    [DEVICE_OPEN] = "open",
    [DEVICE_SENDING] = "sending",
    [DEVICE_ENDED] = "ended",
};

static void format_time(int64_t seconds, char text[TIMESTAMP_SIZE + 1])
{
    text[0] = '\0';
    if (seconds > 0)
        timestamp_format((uint64_t)seconds, text);
}

static const char *outcome_of(const struct device_action *action)
{
    if (action->is_unknown_told && action->state == DEVICE_SENDING)
        return "unknown";
    return action->state == DEVICE_ENDED && action->outcome.verdict != VERDICT_WAIT
               ? verdict_name(action->outcome.verdict, false)
               : "";
}

static void print_row(const struct export *export, const struct device *device,
                      const struct device_action *action)
{
    char answered[TIMESTAMP_SIZE + 1], begun[TIMESTAMP_SIZE + 1], ended[TIMESTAMP_SIZE + 1];
    const struct outcome *outcome = &action->outcome;
    const char *const texts[] = {
        device->camera,
        device->controller,
        device->site,
        device->id,
        device->other_id,
        device->platform,
        device->version,
        device->image_sha256,
        device->update,
        device->state,
        answered,
        action->id,
        states[action->state],
        outcome_of(action),
        action->code,
        outcome->why,
        action->file_name,
        action->file_key,
        outcome->before,
        outcome->after,
        begun,
    };

    format_time(device->answered_at, answered);
    format_time(action->begun_at, begun);
    format_time(action->ended_at, ended);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        csv_print(texts[i], export->is_raw, ",", export->out);
    csv_print(ended, export->is_raw, "\r\n", export->out);
}

static const struct device *find(const struct gateway *gateway, const char *camera)
{
    for (size_t i = 0; i < gateway->count; i++)
        if (strcmp(gateway->devices[i].camera, camera) == 0)
            return &gateway->devices[i];
    return NULL;
}

/* A camera that left the list keeps its address. */
static bool print_action(void *context, const struct device_action *action, struct error *err)
{
    const struct export *export = context;
    const struct device *device = find(export->gateway, action->camera);
    struct device gone = {.site = ""};

    (void)err;
    memcpy(gone.camera, action->camera, sizeof(gone.camera));
    print_row(export, device == NULL ? &gone : device, action);
    return true;
}

bool export_csv(struct gateway *gateway, bool is_raw, FILE *out, struct error *err)
{
    const struct device_action none = {.state = DEVICE_NO_ACTION};
    struct export export = {gateway, is_raw, out};

    (void)fputs("camera,controller,site,id,other_id,platform,version,image_sha256,update,state,"
                "answered,action,action_state,outcome,code,why,file,file_key,before,after,begun,"
                "ended\r\n",
                out);
    for (size_t i = 0; i < gateway->count; i++)
        if (gateway->devices[i].action.state == DEVICE_NO_ACTION)
            print_row(&export, &gateway->devices[i], &none);
    return memory_actions(&gateway->memory, print_action, &export, err);
}
