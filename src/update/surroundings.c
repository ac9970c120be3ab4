/* SPDX-License-Identifier: Apache-2.0 */
#include "update/surroundings.h"

#include "base/fd.h"
#include "camera/configuration.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

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

struct surroundings surroundings_settle(void)
{
    const struct rlimit no_core = {0, 0};
    const char *named = getenv("ISPUP_CONFIG");
    struct surroundings surroundings = {.configuration = CONFIGURATION_DEFAULT,
                                        .trusted = getauxval(AT_SECURE) != 0};

    if (named != NULL && named[0] != '\0' && !surroundings.trusted)
        surroundings.configuration = named;
    fill_standard();
    reset_signals();
    (void)umask(077);
    (void)setrlimit(RLIMIT_CORE, &no_core);
    return surroundings;
}

char *const *surroundings_environment(void)
{
    return environ;
}
