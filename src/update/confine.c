/* SPDX-License-Identifier: Apache-2.0 */
#include "update/confine.h"

#include "base/fd.h"
#include "base/span.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { NOBODY = 65534 };

/* The query holds a password, and so does the referer; the worker needs nothing but the form's
 * type. */
static void wipe_environment(void)
{
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++)
        if (!span_begins(span_text(*entry), "CONTENT_TYPE="))
            explicit_bzero(*entry, strlen(*entry));
}

static void give_up_rights(void)
{
    const struct rlimit none = {0, 0};
    const struct rlimit one = {1, 1};

    if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
                           setresuid(NOBODY, NOBODY, NOBODY) != 0))
        _exit(1);
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    (void)setrlimit(RLIMIT_FSIZE, &none);
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)setrlimit(RLIMIT_NPROC, &none);
    /* Descriptor 0 is taken, so nothing can be opened; with none at all poll(2) would fail. */
    (void)setrlimit(RLIMIT_NOFILE, &one);
}

void confine_worker(int *body, int pipe, int *installer)
{
    /* Above 2 first: either may be 0 or 1 already. */
    int high_body = fcntl(*body, F_DUPFD, 3);
    int high_pipe = fcntl(pipe, F_DUPFD, 3);

    if (high_body < 0 || high_pipe < 0 || dup2(high_body, 0) < 0 || dup2(high_pipe, 1) < 0 ||
        close_range(2, ~0U, 0) != 0)
        _exit(1);
    *body = 0;
    *installer = 1;
    wipe_environment();
    give_up_rights();
}

static void close_all_but(const int *kept, size_t count)
{
    int from = STDERR_FILENO + 1;

    for (;;) {
        int next = -1;

        for (size_t i = 0; i < count; i++)
            if (kept[i] >= from && (next < 0 || kept[i] < next))
                next = kept[i];
        if (next < 0) {
            (void)close_range((unsigned)from, ~0U, 0);
            return;
        }
        if (next > from)
            (void)close_range((unsigned)from, (unsigned)next - 1, 0);
        from = next + 1;
    }
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
    close_all_but(kept, count);
    if (chdir("/") != 0)
        _exit(1);
}
