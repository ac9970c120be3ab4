/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a CGI program inherits from the web server that started it, put right before anything else:
 * signals, umask, working folder, limits; and under set-user-ID (AT_SECURE) nothing of the
 * environment is believed but CGI/1.1's own list.
 */
#ifndef UPDATE_SURROUNDINGS_H
#define UPDATE_SURROUNDINGS_H

#include <stdbool.h>

struct surroundings {
    const char *configuration; /* ISPUP_CONFIG, or the default; borrowed */
    bool trusted;              /* what others than root can write is refused */
};

struct surroundings surroundings_settle(void);

/* The program's own environment, for request_read. */
char *const *surroundings_environment(void);

#endif
