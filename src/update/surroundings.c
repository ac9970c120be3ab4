/* SPDX-License-Identifier: Apache-2.0 */
#include "update/surroundings.h"

#include "base/fd.h"
#include "base/log.h"
#include "base/process.h"
#include "base/span.h"
#include "camera/configuration.h"

#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* RFC 3875, 4.1. With an = behind it: the whole name; else its beginning. */
static const char *const cgi_variables[] = {
    "AUTH_TYPE=",    "CONTENT_LENGTH=",  "CONTENT_TYPE=",    "GATEWAY_INTERFACE=", "HTTP_",
    "PATH_INFO=",    "PATH_TRANSLATED=", "QUERY_STRING=",    "REMOTE_ADDR=",       "REMOTE_HOST=",
    "REMOTE_IDENT=", "REMOTE_USER=",     "REQUEST_METHOD=",  "SCRIPT_NAME=",       "SERVER_NAME=",
    "SERVER_PORT=",  "SERVER_PROTOCOL=", "SERVER_SOFTWARE=",
};

/* What a process of root's own begins with. */
static const struct {
    __rlimit_resource_t resource;
    rlim_t limit;
} own_limits[] = {
    {RLIMIT_AS, RLIM_INFINITY},     {RLIMIT_CPU, RLIM_INFINITY},     {RLIMIT_DATA, RLIM_INFINITY},
    {RLIMIT_FSIZE, RLIM_INFINITY},  {RLIMIT_NOFILE, 1024},           {RLIMIT_NPROC, RLIM_INFINITY},
    {RLIMIT_RTTIME, RLIM_INFINITY}, {RLIMIT_STACK, 8 * 1024 * 1024},
};

/* Standard input, output and error exist, so that nothing we open is taken for one of them. */
static void fill_standard(void)
{
    int fd;

    do
        fd = fd_open_null();
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        (void)close(fd);
}

static void reset_signals(void)
{
    sigset_t none;

    for (int number = 1; number < NSIG; number++)
        (void)signal(number, SIG_DFL);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Set-user-ID makes the effective user root, no more: a shell would give that up again, and whoever
 * started the program could end what carries an update through. */
static bool become_root(void)
{
    return setgroups(0, NULL) == 0 && setresgid(0, 0, 0) == 0 && setresuid(0, 0, 0) == 0;
}

/* Where root may not raise a limit (a container's), it is at least all of what there is. */
static void set_limit(__rlimit_resource_t resource, rlim_t wanted)
{
    struct rlimit limit = {wanted, wanted};

    if (setrlimit(resource, &limit) == 0 || getrlimit(resource, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(resource, &limit);
}

static void reset_limits(void)
{
    for (size_t i = 0; i < COUNT_OF(own_limits); i++)
        set_limit(own_limits[i].resource, own_limits[i].limit);
}

static bool is_of_cgi(const char *entry)
{
    for (size_t i = 0; i < COUNT_OF(cgi_variables); i++)
        if (span_begins(span_text(entry), cgi_variables[i]))
            return true;
    return false;
}

void surroundings_keep_cgi(char **environment)
{
    char **kept = environment;

    for (char **entry = environment; entry != NULL && *entry != NULL; entry++)
        if (is_of_cgi(*entry))
            *kept++ = *entry;
    if (kept != NULL)
        *kept = NULL;
}

/* Under set-user-ID whoever may run the web server's programs has prepared all of it. */
static bool settle_trusted(void)
{
    const struct log log = {.program = "ispup", .fd = STDERR_FILENO, .system = true};

    surroundings_keep_cgi(environ);
    if (geteuid() == 0 && !become_root()) {
        log_line(&log, "set-user-ID, but cannot become root");
        return false;
    }
    reset_limits();
    process_forbid_dumps(); /* another user's process may be looked at anew */
    return chdir("/") == 0;
}

bool surroundings_settle(struct surroundings *surroundings)
{
    const char *named = getenv("ISPUP_CONFIG");
    bool trusted = getauxval(AT_SECURE) != 0;

    fill_standard();
    reset_signals();
    (void)umask(077);
    *surroundings =
        (struct surroundings){.configuration = CONFIGURATION_DEFAULT, .trusted = trusted};
    if (trusted)
        return settle_trusted();
    process_forbid_dumps();
    if (named != NULL && named[0] != '\0')
        surroundings->configuration = named;
    return true;
}

char *const *surroundings_environment(void)
{
    return environ;
}
