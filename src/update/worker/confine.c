/* SPDX-License-Identifier: Apache-2.0 */
#include "update/worker/confine.h"

#include "base/fd.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/process.h"
#include "base/span.h"

#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

struct confine_user confine_user_of(const char *users)
{
    CLEANUP(memory_free) unsigned char *data = NULL;
    struct error ignored = ERROR_EMPTY;
    struct user user;
    struct span lines;
    size_t size;

    if (file_read(users, USER_FILE_LIMIT, &data, &size, &ignored))
        for (lines = span_of(data, size); user_next(&lines, CONFINE_USER, &user);)
            if (!user_is_root(&user))
                return (struct confine_user){user, true};
    return (struct confine_user){{USER_NOBODY, USER_NOBODY}, false};
}

/* Query and referer hold a password. The worker needs only the form's type. */
static void wipe_environment(void)
{
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++)
        if (!span_begins(span_text(*entry), "CONTENT_TYPE="))
            memory_wipe(*entry, strlen(*entry));
}

static bool give_up_rights(const struct user *user, struct error *err)
{
    const struct rlimit none = {0, 0};
    const struct rlimit one = {1, 1};

    if (geteuid() == 0 &&
        (setgroups(0, NULL) != 0 || setresgid(user->group, user->group, user->group) != 0 ||
         setresuid(user->id, user->id, user->id) != 0))
        return error_system(err, ERROR_INTERNAL, "internal error: sandbox: cannot become user %u",
                            (unsigned)user->id);
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    process_forbid_dumps(); /* a change of user allows dumps again */
    (void)setrlimit(RLIMIT_FSIZE, &none);
    (void)setrlimit(RLIMIT_NPROC, &none);
    /* Descriptor 0 is in use, so nothing can be opened. With a limit of 0 poll(2) would fail. */
    (void)setrlimit(RLIMIT_NOFILE, &one);
    return true;
}

bool confine_worker(int *body, int pipe, int *installer, struct error *err)
{
    /* Duplicate above 2 first: body or pipe may already be 0 or 1. */
    int high_body = fcntl(*body, F_DUPFD, 3);
    int high_pipe = fcntl(pipe, F_DUPFD, 3);

    struct confine_user user = confine_user_of(USER_FILE);

    *installer = pipe;
    if (high_body < 0 || high_pipe < 0 || dup2(high_body, 0) < 0 || dup2(high_pipe, 1) < 0)
        return error_system(err, ERROR_INTERNAL, "internal error: sandbox: descriptors");
    fd_close_between(2, INT_MAX);
    *body = 0;
    *installer = 1;
    wipe_environment();
    return give_up_rights(&user.user, err);
}

void confine_installer(const int *kept, size_t count)
{
    static const int ignored[] = {SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGXFSZ};
    int nothing;

    wipe_environment();
    (void)setsid();
    for (size_t i = 0; i < COUNT_OF(ignored); i++)
        (void)signal(ignored[i], SIG_IGN);
    nothing = fd_open_null();
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (nothing >= 0)
            (void)dup2(nothing, fd);
    log_disconnect();
    fd_close_all_but(kept, count);
    if (chdir("/") != 0)
        _exit(1);
}
