/* SPDX-License-Identifier: Apache-2.0 */
/* What a forked process gives up first: the worker nearly everything, the installer all ties to the
 * web server. */
#ifndef UPDATE_WORKER_CONFINE_H
#define UPDATE_WORKER_CONFINE_H

#include "base/user.h"

#include <stdbool.h>
#include <stddef.h>

#define CONFINE_USER "ispup-worker"

struct confine_user {
    struct user user;
    bool is_own; /* CONFINE_USER; false: `nobody` */
};

/* The user that a worker becomes if it starts as root: CONFINE_USER of this file (passwd(5)),
 * unless it is missing or is root; then `nobody`. */
struct confine_user confine_user_of(const char *users);

/* Makes the body descriptor 0 and the pipe descriptor 1, and closes all others. Overwrites the
 * environment's secrets, gives up root's user and groups, and forbids new privileges and files. A
 * failure can still be sent through `installer`. */
bool confine_worker(int *body, int pipe, int *installer, struct error *err) MUST_CHECK;

/* Starts a session of its own, with 0 to 2 on /dev/null and / as working folder. Closes all
 * descriptors except the `kept` ones (FD_NONE among them is skipped), and ignores SIGHUP, SIGINT,
 * SIGTERM, SIGPIPE and SIGXFSZ. */
void confine_installer(const int *kept, size_t count);

#endif
