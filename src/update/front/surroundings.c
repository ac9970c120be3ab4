/* SPDX-License-Identifier: Apache-2.0 */
#include "update/front/surroundings.h"

#include "base/fd.h"
#include "base/libc.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/process.h"
#include "base/span.h"
#include "camera/configuration.h"

#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* RFC 3875, 4.1. With `=` the whole name, without it a prefix. */
static const char *const cgi_variables[] = {
    "AUTH_TYPE=",    "CONTENT_LENGTH=",  "CONTENT_TYPE=",    "GATEWAY_INTERFACE=", "HTTP_",
    "PATH_INFO=",    "PATH_TRANSLATED=", "QUERY_STRING=",    "REMOTE_ADDR=",       "REMOTE_HOST=",
    "REMOTE_IDENT=", "REMOTE_USER=",     "REQUEST_METHOD=",  "SCRIPT_NAME=",       "SERVER_NAME=",
    "SERVER_PORT=",  "SERVER_PROTOCOL=", "SERVER_SOFTWARE=",
};

/* The limits that a process started by root has. */
static const struct {
    int resource;
    rlim_t limit;
} own_limits[] = {
    {RLIMIT_AS, RLIM_INFINITY},     {RLIMIT_CPU, RLIM_INFINITY},     {RLIMIT_DATA, RLIM_INFINITY},
    {RLIMIT_FSIZE, RLIM_INFINITY},  {RLIMIT_NOFILE, 1024},           {RLIMIT_NPROC, RLIM_INFINITY},
    {RLIMIT_RTTIME, RLIM_INFINITY}, {RLIMIT_STACK, 8 * 1024 * 1024},
};

static void reset_signals(void)
{
    sigset_t none;

    for (int number = 1; number < NSIG; number++)
        (void)signal(number, SIG_DFL);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Set-user-ID changes only the effective user. A shell would drop it again, and the user who
 * started the program could kill the installer. */
static bool become_root(void)
{
    return setgroups(0, NULL) == 0 && setresgid(0, 0, 0) == 0 && setresuid(0, 0, 0) == 0;
}

/* In a container root may not be allowed to raise a limit: then take all that is allowed. */
static void set_limit(int resource, rlim_t wanted)
{
    struct rlimit limit = {wanted, wanted};

    if (libc_setrlimit(resource, &limit) == 0 || libc_getrlimit(resource, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)libc_setrlimit(resource, &limit);
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
        else
            memory_wipe(*entry, strlen(*entry)); /* may repeat the query, with its password */
    if (kept != NULL)
        *kept = NULL;
}

/* Under set-user-ID an attacker may have prepared the environment, the limits and the folder. */
static bool settle_trusted(void)
{
    const struct log log = {.program = "ispup", .fd = STDERR_FILENO, .system = true};

    surroundings_keep_cgi(environ);
    if (geteuid() == 0 && !become_root()) {
        log_line(&log, "set-user-ID, but cannot become root");
        return false;
    }
    reset_limits();
    process_forbid_dumps(); /* a change of user allows dumps again */
    return chdir("/") == 0;
}

bool surroundings_settle(struct surroundings *surroundings)
{
    const char *named = getenv("ISPUP_CONFIG");
    bool trusted = getauxval(AT_SECURE) != 0;

    fd_fill_standard();
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
