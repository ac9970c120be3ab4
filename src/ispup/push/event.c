/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/event.h"

#include "base/fd.h"

#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

_Static_assert(sizeof(struct event) <= PIPE_BUF, "a pipe takes an event whole");

bool event_send(int fd, const struct event *event)
{
    struct pollfd room = {.fd = fd, .events = POLLOUT};
    struct error err = ERROR_EMPTY;

    if (event->kind == EVENT_TURN && poll(&room, 1, 0) == 0)
        return true;
    return fd_write(fd, span_of(event, sizeof(*event)), &err);
}

bool event_read(const void *record, struct event *event)
{
    memcpy(event, record, sizeof(*event));
    event->text[EVENT_TEXT_SIZE - 1] = '\0';
    return outcome_check(&event->outcome) && event->kind < EVENT_KIND_COUNT &&
           event->stage < STAGE_COUNT && event->once < EVENT_ONCE_COUNT;
}

void event_say(struct event *event, const char *format, ...)
{
    char text[EVENT_TEXT_SIZE];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(text, sizeof(text), format, values);
    va_end(values);
    span_printable(span_text(text), event->text, sizeof(event->text));
}

const char *event_stage_name(enum event_stage stage)
{
    static const char *const names[STAGE_COUNT] = {
        [STAGE_CHECKING] = "checking", [STAGE_UPLOADING] = "uploading",
        [STAGE_WRITING] = "writing",   [STAGE_RESTARTING] = "restarting",
        [STAGE_TRIAL] = "trial",       [STAGE_ENDED] = "ended",
    };

    return names[stage];
}
