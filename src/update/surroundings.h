/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a CGI program inherits from the web server that started it, put right before anything else:
 * descriptors 0 to 2, signals, umask. Under set-user-ID (AT_SECURE) also users, groups, timers,
 * limits and working folder, and nothing of the environment is left but CGI/1.1's own list.
 */
#ifndef UPDATE_SURROUNDINGS_H
#define UPDATE_SURROUNDINGS_H

#include "base/compiler.h"

#include <stdbool.h>

struct surroundings {
    const char *configuration; /* ISPUP_CONFIG, or the default; borrowed */
    bool trusted;              /* what others than root can write is refused */
};

/* False, and a line in the system's log, where set-user-ID gives less than root's rights. */
bool surroundings_settle(struct surroundings *surroundings) MUST_CHECK;

/* Takes out of an environment what is none of CGI/1.1's variables. */
void surroundings_keep_cgi(char **environment);

/* The program's own environment, for request_read. */
char *const *surroundings_environment(void);

#endif
