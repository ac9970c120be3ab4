/* SPDX-License-Identifier: Apache-2.0 */
/* ispupd: a small HTTP server for CGI/1.1 programs and static pages (docs/ispupd.md). */
#include "ispupd/options.h"
#include "ispupd/split.h"

#include "base/fd.h"
#include "base/memory.h"
#include "camera/configuration.h"
#include "camera/programs.h"
#include "protocol/reply.h"

#include <stdio.h>

static bool run(const struct options *options, int *status, struct error *err)
{
    CLEANUP(memory_free) void *memory = NULL;

    if (!memory_allocate(&memory, sizeof(struct configuration), err) ||
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

    fd_fill_standard();
    /* What the parent left open. Our own have O_CLOEXEC, so no program inherits a descriptor. */
    fd_close_all_but(NULL, 0);
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
