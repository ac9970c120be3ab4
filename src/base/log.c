/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include "base/fd.h"
#include "base/span.h"

#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>

enum { LINE_SIZE = 512 };

void log_line(const struct log *log, const char *format, ...)
{
    char raw[LINE_SIZE], text[LINE_SIZE], line[LINE_SIZE + 64];
    struct error ignored = ERROR_EMPTY;
    va_list values;
    int size;

    va_start(values, format);
    (void)vsnprintf(raw, sizeof(raw), format, values);
    va_end(values);
    span_printable(span_text(raw), text, sizeof(text));
    if (log->system)
        syslog(LOG_DAEMON | LOG_NOTICE, "%s: %s", log->program, text);
    size = snprintf(line, sizeof(line), "%.48s: %s\n", log->program, text);
    /* A full or closed log must not stop an update, and there is no other place to report it. */
    if (log->fd != FD_NONE && size > 0 && !fd_write(log->fd, span_of(line, (size_t)size), &ignored))
        return;
}

void log_disconnect(void)
{
    closelog();
}
