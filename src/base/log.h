/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line for whoever looks after the machine: to the system's log, and to a descriptor where
 * there is one. Bytes that are not printable ASCII become `?`. Never a password, never a key.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/compiler.h"

#include <stdbool.h>

struct log {
    const char *program; /* borrowed; begins every line */
    int fd;              /* borrowed; FD_NONE: no such place. Written with one write per line */
    bool system;         /* syslog(3) too */
};

void log_line(const struct log *log, const char *format, ...) PRINTF(2, 3);

#endif
