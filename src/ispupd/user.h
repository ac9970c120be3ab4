/* SPDX-License-Identifier: Apache-2.0 */
/* [server] user: whom the process that serves HTTP becomes where ispupd is started as root. */
#ifndef ISPUPD_USER_H
#define ISPUPD_USER_H

#include "base/error.h"

#include <sys/types.h>

struct user {
    uid_t id;
    gid_t group;
};

/* A name in /etc/passwd (`nobody` need not be there), never root. ERROR_CONFIGURATION. */
bool user_find(const char *name, struct user *user, struct error *err) MUST_CHECK;

#endif
