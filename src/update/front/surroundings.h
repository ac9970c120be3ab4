/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resets what a CGI program inherits from the web server, before anything else: descriptors 0 to 2,
 * signals, umask. Under set-user-ID (AT_SECURE) also users, groups, timers, limits and the working
 * folder; and of the environment only the variables of CGI/1.1 stay.
 */
#ifndef UPDATE_FRONT_SURROUNDINGS_H
#define UPDATE_FRONT_SURROUNDINGS_H

#include "base/compiler.h"

#include <stdbool.h>

struct surroundings {
    const char *configuration; /* ISPUP_CONFIG, or the default; borrowed */
    bool trusted;              /* refuse files that users other than root can write */
};

/* False, with a line in the system's log, if set-user-ID does not give root. */
bool surroundings_settle(struct surroundings *surroundings) MUST_CHECK;

/* Removes every variable that is not in CGI/1.1's list. */
void surroundings_keep_cgi(char **environment);

/* The program's own environment, for request_read. */
char *const *surroundings_environment(void);

#endif
