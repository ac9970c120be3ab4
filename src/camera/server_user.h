/* SPDX-License-Identifier: Apache-2.0 */
/* [server] user: the user of the server if ispupd is started as root. */
#ifndef CAMERA_SERVER_USER_H
#define CAMERA_SERVER_USER_H

#include "base/user.h"

/* Looks up a name in /etc/passwd (`nobody` may be missing there). Root is refused.
 * ERROR_CONFIGURATION. */
bool server_user_find(const char *name, struct user *user, struct error *err) MUST_CHECK;

#endif
