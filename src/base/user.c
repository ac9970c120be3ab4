/* SPDX-License-Identifier: Apache-2.0 */
#include "base/user.h"

#include "base/number.h"

#define NUMBER_LIMIT (UINT32_MAX - 1) /* UINT32_MAX means "no change" to setuid's family */

/* `NAME:PASSWORD:USER:GROUP:...` */
static bool read_line(struct span line, const char *wanted, struct user *user)
{
    struct span name, password, number, group;
    uint64_t user_number, group_number;

    if (!span_split(&line, ':', &name) || !span_is(name, wanted) ||
        !span_split(&line, ':', &password) || !span_split(&line, ':', &number) ||
        !span_split(&line, ':', &group) || !number_parse(number, NUMBER_LIMIT, &user_number) ||
        !number_parse(group, NUMBER_LIMIT, &group_number))
        return false;
    *user = (struct user){(uid_t)user_number, (gid_t)group_number};
    return true;
}

bool user_next(struct span *lines, const char *name, struct user *user)
{
    struct span line;

    while (lines->size > 0) {
        (void)span_split(lines, '\n', &line);
        if (read_line(line, name, user))
            return true;
    }
    return false;
}

/* Root's group counts too: some files of the system are writable by it. */
bool user_is_root(const struct user *user)
{
    return user->id == 0 || user->group == 0;
}
