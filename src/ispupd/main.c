/* SPDX-License-Identifier: Apache-2.0 */
/* ispupd: a small HTTP server for CGI/1.1 programs and static pages (docs/ispupd.md). */
#include "ispupd/options.h"
#include "ispupd/split.h"

#include "base/memory.h"
#include "camera/configuration.h"
#include "camera/programs.h"
#include "protocol/reply.h"

#include <fcntl.h>
#include <stdio.h>

/* A pipe or socket of ours must never become a standard stream of a program by accident. */
static bool check_standard_streams(struct error *err)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            return error_set(err, ERROR_USAGE, "standard input, output or error output is closed");
    return true;
}

static bool run(const struct options *options, int *status, struct error *err)
{
    CLEANUP(memory_free) void *memory = NULL;

    if (!check_standard_streams(err) ||
        !memory_allocate(&memory, sizeof(struct configuration), err) ||
        !configuration_read_server(options->configuration, false, memory, err))
        return false;
    programs_settle(memory);
    return split_run(memory, options->listen, status, err);
}

int main(int count, char **arguments)
{
    struct error err = ERROR_EMPTY;
    struct options options = {.action = OPTIONS_SERVE};
    int status = 0;

    if (options_read(count, arguments, &options, &err)) {
        if (options.action != OPTIONS_SERVE) {
            (void)puts(options.action == OPTIONS_HELP ? OPTIONS_USAGE : "ispupd " ISPUP_VERSION);
            return 0;
        }
        if (run(&options, &status, &err))
            return status;
    }
    (void)fprintf(stderr, "ispupd: %s\n", err.text);
    if (err.kind == ERROR_USAGE)
        (void)fprintf(stderr, OPTIONS_USAGE "\n");
    return reply_exit_status(err.kind);
}
