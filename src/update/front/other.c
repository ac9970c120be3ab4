/* SPDX-License-Identifier: Apache-2.0 */
#include "update/front/other.h"

#include "base/log.h"
#include "base/memory.h"
#include "camera/configuration.h"
#include "camera/trust.h"
#include "protocol/reply.h"

#include <grp.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

enum { EXIT_NOT_RUN = 1 };

static void complain(const struct error *err)
{
    const struct log log = {.program = "ispup", .fd = STDERR_FILENO, .system = true};

    log_line(&log, "other: %s", err->text);
}

/* For ever, and checked: set-user-ID gives this process the rights of root. */
static bool give_up_rights(uid_t user, gid_t group)
{
    uid_t users[3];
    gid_t groups[3];

    if (geteuid() == 0 && setgroups(0, NULL) != 0)
        return false;
    if (setresgid(group, group, group) != 0 || setresuid(user, user, user) != 0 ||
        getresuid(&users[0], &users[1], &users[2]) != 0 ||
        getresgid(&groups[0], &groups[1], &groups[2]) != 0)
        return false;
    for (size_t i = 0; i < COUNT_OF(users); i++)
        if (users[i] != user || groups[i] != group)
            return false;
    return setuid(0) != 0;
}

static void become(char *path)
{
    char *const arguments[] = {path, NULL};
    struct error err = ERROR_EMPTY, lost = ERROR_EMPTY;

    if (!give_up_rights(getuid(), getgid()))
        _exit(EXIT_NOT_RUN); /* neither theirs nor ours: the rights are unknown */
    (void)execve(path, arguments, environ);
    error_system(&err, ERROR_INTERNAL, "cannot run %s", path);
    complain(&err);
    _exit(reply_error(STDOUT_FILENO, &err, &lost) ? 0 : EXIT_NOT_RUN);
}

static bool read_configuration(bool trusted, struct configuration *configuration, struct error *err)
{
    const char *named = trusted ? NULL : getenv("ISPUP_CONFIG");

    if (named == NULL || named[0] == '\0')
        named = CONFIGURATION_DEFAULT;
    return configuration_read(named, trusted, configuration, err);
}

void other_try(enum command_program program)
{
    CLEANUP(memory_free) void *memory = NULL;
    const char *query = getenv("QUERY_STRING");
    bool trusted = getauxval(AT_SECURE) != 0;
    struct error err = ERROR_EMPTY;
    struct configuration *configuration;
    char *path;

    if (query == NULL || !command_is_of_product(program, span_text(query)) || getuid() == 0 ||
        !memory_allocate(&memory, sizeof(*configuration), &err))
        return;
    configuration = memory;
    /* If it cannot be read, our own answer says so. */
    if (!read_configuration(trusted, configuration, &err))
        return;
    path = program == PROGRAM_UPDATE ? configuration->update_other : configuration->system_other;
    if (path[0] == '\0')
        return;
    if (trusted && !trust_check(path, &err))
        complain(&err);
    else
        become(path);
}
