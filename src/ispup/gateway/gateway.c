/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/gateway.h"

#include "base/clock.h"
#include "base/secret.h"

#include <stdarg.h>
#include <stdio.h>

/* hawkBit keeps every feedback of an action, and has a limit. */
enum { PROCEEDINGS_MOST = 15, LINE_SIZE = 1024 };

void gateway_say(const struct device *device, const char *format, ...)
{
    char text[LINE_SIZE], line[LINE_SIZE];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(text, sizeof(text), format, values);
    va_end(values);
    span_printable(span_text(text), line, sizeof(line));
    if (device == NULL)
        (void)printf("%s\n", line);
    else
        (void)printf("%s: %s\n", device->label, line);
    (void)fflush(stdout);
}

uint64_t gateway_random(void)
{
    struct error ignored = ERROR_EMPTY;
    uint64_t number = 0;

    if (!secret_random(&number, sizeof(number), &ignored))
        number = clock_milliseconds();
    return number;
}

bool gateway_break_off(struct gateway *gateway, const struct error *err)
{
    gateway->is_broken = gateway->is_stopping = true;
    gateway->failure = *err;
    return false;
}

bool gateway_save(struct gateway *gateway, struct device *device, struct memory_change *change)
{
    struct error err = ERROR_EMPTY;

    if (gateway->is_broken)
        return false;
    return memory_save(&gateway->memory, device, change, &err) || gateway_break_off(gateway, &err);
}

bool gateway_close_action(struct gateway *gateway, struct device *device,
                          const struct feedback *feedback)
{
    struct memory_change change = {.count = 0};
    struct error err = ERROR_EMPTY;
    char *text = NULL;

    device->action.state = DEVICE_ENDED;
    device->action.ended_at = clock_unix_seconds();
    if (!feedback_format(feedback, device->action.id, &text, &err) ||
        !memory_add_last(&change, device, text, &err))
        return gateway_break_off(gateway, &err);
    return gateway_save(gateway, device, &change);
}

void gateway_proceed(struct device *device, const char *text, struct memory_change *change,
                     struct error *err)
{
    struct feedback feedback = {.execution = FEEDBACK_PROCEEDING};
    char *body = NULL;

    if (device->action.proceedings >= PROCEEDINGS_MOST)
        return;
    device->action.proceedings++;
    feedback_add(&feedback, "%s", text);
    if (feedback_format(&feedback, device->action.id, &body, err) &&
        !memory_add(change, device, OUTBOX_DEPLOYMENT, device->action.id, body, err))
        device->action.proceedings--;
}
