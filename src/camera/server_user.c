/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/server_user.h"

#include "base/file.h"
#include "base/memory.h"

#include <string.h>

static bool look_up(const char *name, struct user *user)
{
    CLEANUP(memory_free) unsigned char *data = NULL;
    struct error ignored = ERROR_EMPTY;
    struct span lines;
    size_t size;

    if (!file_read(USER_FILE, USER_FILE_LIMIT, &data, &size, &ignored))
        return false;
    lines = span_of(data, size);
    return user_next(&lines, name, user);
}

bool server_user_find(const char *name, struct user *user, struct error *err)
{
    struct user found = {USER_NOBODY, USER_NOBODY};

    if (!look_up(name, &found) && strcmp(name, "nobody") != 0)
        return error_set(err, ERROR_CONFIGURATION, "[server] user: no %s in " USER_FILE ": add it",
                         name);
    if (user_is_root(&found))
        return error_set(err, ERROR_CONFIGURATION,
                         "[server] user: %s is root, or of its group: give one without rights",
                         name);
    *user = found;
    return true;
}
