/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users of passwd(5), for processes that drop root and become one of them. Only the file is read,
 * which every camera has. Other sources (NSS) would load more code, and may ask the network, in a
 * process that is still root.
 */
#ifndef BASE_USER_H
#define BASE_USER_H

#include "base/error.h"
#include "base/span.h"

#include <sys/types.h>

#define USER_FILE "/etc/passwd"

enum { USER_FILE_LIMIT = 1024 * 1024, USER_NOBODY = 65534 };

struct user {
    uid_t id;
    gid_t group;
};

/* Finds the next user called `name`: removes lines from the front of the file's text until one
 * matches. Malformed lines are skipped. False if there is no such user. */
bool user_next(struct span *lines, const char *name, struct user *user);

bool user_is_root(const struct user *user); /* or a member of root's group */

#endif
