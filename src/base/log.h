/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Log lines for the administrator: to the system log, and to a descriptor if there is one. Bytes
 * that are not printable ASCII become `?`. Callers never pass a password or a key.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/compiler.h"

#include <stdbool.h>

struct log {
    const char *program; /* borrowed; begins every line */
    int fd;              /* borrowed; FD_NONE: none. One write per line */
    bool system;         /* also syslog(3) */
};

void log_line(const struct log *log, const char *format, ...) PRINTF(2, 3);

/* Call it before all descriptors are closed: libc keeps one to the system's log, and would later
 * close and reopen that number, which may be another file then. */
void log_disconnect(void);

#endif
