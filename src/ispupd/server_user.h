/* SPDX-License-Identifier: Apache-2.0 */
/* [server] user: whom the process that serves HTTP becomes where ispupd is started as root. */
#ifndef ISPUPD_SERVER_USER_H
#define ISPUPD_SERVER_USER_H

#include "base/user.h"

/* A name in /etc/passwd (`nobody` need not be there), never root. ERROR_CONFIGURATION. */
bool server_user_find(const char *name, struct user *user, struct error *err) MUST_CHECK;

#endif
