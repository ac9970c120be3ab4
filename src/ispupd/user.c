/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/user.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

enum { NOBODY = 65534 };

/* The file itself: a program without shared libraries has no other way, and a camera no other
 * users. */
#define USERS "/etc/passwd"

/* For CLEANUP. */
static void close_file(FILE **file)
{
    if (*file != NULL)
        (void)fclose(*file);
}

static bool look_up(const char *name, struct user *user)
{
    CLEANUP(close_file) FILE *file = fopen(USERS, "re");
    const struct passwd *line;

    while (file != NULL && (line = fgetpwent(file)) != NULL)
        if (strcmp(line->pw_name, name) == 0) {
            *user = (struct user){line->pw_uid, line->pw_gid};
            return true;
        }
    return false;
}

bool user_find(const char *name, struct user *user, struct error *err)
{
    struct user found = {NOBODY, NOBODY};

    if (!look_up(name, &found) && strcmp(name, "nobody") != 0)
        return error_set(err, ERROR_CONFIGURATION, "[server] user: no %s in " USERS ": add it",
                         name);
    if (found.id == 0 || found.group == 0)
        return error_set(err, ERROR_CONFIGURATION,
                         "[server] user: %s is root, or of its group: give one without rights",
                         name);
    *user = found;
    return true;
}
