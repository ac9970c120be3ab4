/* SPDX-License-Identifier: Apache-2.0 */
/* What a forked process gives up before it does anything: the worker nearly all, the installer its
 * ties to the web server. */
#ifndef UPDATE_CONFINE_H
#define UPDATE_CONFINE_H

#include "base/user.h"

#include <stdbool.h>
#include <stddef.h>

#define CONFINE_USER "ispup-worker"

struct confine_user {
    struct user user;
    bool is_own; /* CONFINE_USER, else nobody */
};

/* Whom a worker becomes that starts as root: CONFINE_USER of this file (passwd(5)), where it is
 * there and not root; else nobody. */
struct confine_user confine_user_of(const char *users);

/* The body becomes descriptor 0 and the pipe 1; every other one is closed. Secrets of the
 * environment are overwritten; as root, all users' and groups' rights go; no new
 * privileges, no files. What fails can still be told through `installer`. */
bool confine_worker(int *body, int pipe, int *installer, struct error *err) MUST_CHECK;

/* A session of its own, 0 to 2 on /dev/null, the working folder /, every descriptor closed but the
 * `kept` ones (FD_NONE among them is passed over); SIGHUP, SIGINT, SIGTERM, SIGPIPE and SIGXFSZ are
 * ignored.
 */
void confine_installer(const int *kept, size_t count);

#endif
