/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users as passwd(5) has them, for processes that give their rights up to one. The file alone is
 * asked, which is there on every camera: other sources of users would need more code, and a
 * network, in a process that is still root.
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

/* The next user of this name: takes lines off the front of the file's text until one is his. Lines
 * of another form are nobody's. */
bool user_next(struct span *lines, const char *name, struct user *user);

bool user_is_root(const struct user *user); /* or of root's group */

#endif
