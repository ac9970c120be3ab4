/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/split.h"

#include "camera/server_user.h"
#include "ispupd/broker/broker.h"
#include "ispupd/broker/program.h"
#include "ispupd/fdpass.h"
#include "ispupd/filter.h"
#include "ispupd/sandbox.h"
#include "ispupd/server/serve.h"

#include "base/fd.h"
#include "base/process.h"

#include <unistd.h>

enum { BROKERS_END, SERVERS_END, ENDS };

static void close_ends(int (*ends)[ENDS])
{
    fd_close(&(*ends)[BROKERS_END]);
    fd_close(&(*ends)[SERVERS_END]);
}

/* Decides what the server gives up. Fails before a process is started. */
static bool plan(struct sandbox *sandbox, const struct configuration *configuration,
                 const struct log *log, struct error *err)
{
    const char *why = filter_missing();
    struct user user = {0, 0};

    sandbox->broker = getpid();
    sandbox->is_root = geteuid() == 0;
    sandbox->is_filtered = why == NULL;
    if (sandbox->is_root && !server_user_find(configuration->user, &user, err))
        return false;
    sandbox->user = user.id;
    sandbox->group = user.group;
    if (why != NULL && configuration->server_sandbox_required)
        return error_set(err, ERROR_INTERNAL, "no sandbox: %s", why);
    if (why != NULL)
        log_line(log, "HTTP is served without the sandbox's filter: %s", why);
    return true;
}

/* Warns the owner: replies of 404 alone do not show that the camera has no program `update`. */
static void look_for_update(const struct configuration *configuration, const struct log *log)
{
    struct error err = ERROR_EMPTY;
    char path[FILE_PATH_SIZE];

    if (!program_find(configuration->programs, "update", path, &err))
        log_line(log,
                 "no program update in %s, requests for it get 404: install it there, or set "
                 "[server] programs",
                 configuration->programs);
}

static bool serve_in_sandbox(struct sandbox *sandbox, const struct configuration *configuration,
                             struct listeners *listeners, int socket, const struct log *log,
                             struct error *err)
{
    sandbox->kept[sandbox->kept_count++] = socket;
    for (size_t i = 0; i < LISTENERS_COUNT; i++)
        if (listeners->list[i].fd != FD_NONE)
            sandbox->kept[sandbox->kept_count++] = listeners->list[i].fd;
    return sandbox_enter(sandbox, err) && serve(configuration, listeners, socket, log, err);
}

bool split_run(const struct configuration *configuration, const char *listen, int *status,
               struct error *err)
{
    const struct log log = {"ispupd", STDERR_FILENO, false};
    CLEANUP(listeners_close) struct listeners listeners = LISTENERS_NONE;
    CLEANUP(close_ends) int ends[ENDS] = {FD_NONE, FD_NONE};
    struct sandbox sandbox = {.kept_count = 0};
    struct broker_server server;

    if (!plan(&sandbox, configuration, &log, err) ||
        !listeners_open(&listeners, configuration, listen, err) || !fdpass_pair(ends, err))
        return false;
    look_for_update(configuration, &log);
    if (chdir("/") != 0) /* programs inherit it */
        return error_system(err, ERROR_INTERNAL, "cannot go to /");
    broker_block_signals();
    process_forbid_dumps();
    server.pid = fork();
    if (server.pid < 0)
        return error_system(err, ERROR_INTERNAL, "cannot start a process");
    *status = 0;
    if (server.pid == 0)
        return serve_in_sandbox(&sandbox, configuration, &listeners, ends[SERVERS_END], &log, err);
    listeners_close(&listeners);
    fd_close(&ends[SERVERS_END]);
    server.socket = ends[BROKERS_END];
    return broker_run(configuration, &server, &log, status, err);
}
