/* SPDX-License-Identifier: Apache-2.0 */
/* ispupd: a small HTTP server for CGI/1.1 programs and static pages (docs/ispupd.md). */
#include "ispupd/options.h"
#include "ispupd/server.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/memory.h"
#include "camera/configuration.h"
#include "protocol/reply.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* How often the limits of time are looked at, and whether all is done. */
enum { TICK_MILLISECONDS = 1000, ENDING_MILLISECONDS = 20 };

/* All threads and, until they say otherwise, all children inherit this. */
static void set_signals(sigset_t *ending)
{
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    (void)sigemptyset(ending);
    (void)sigaddset(ending, SIGTERM);
    (void)sigaddset(ending, SIGINT);
    (void)sigprocmask(SIG_BLOCK, ending, NULL);
}

/* A pipe or socket of ours must never become a standard stream of a program by accident. */
static bool check_standard_streams(struct error *err)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            return error_set(err, ERROR_USAGE, "standard input, output or error output is closed");
    return true;
}

/* Waits for one of the signals, at most that long. */
static bool has_signal(const sigset_t *signals, long milliseconds)
{
    const struct timespec wait = {.tv_sec = milliseconds / 1000,
                                  .tv_nsec = milliseconds % 1000 * 1000000};

    return sigtimedwait(signals, NULL, &wait) > 0;
}

static void serve(struct server *server, const struct service *service, const sigset_t *ending)
{
    bool is_ending = false;

    while (!is_ending || !connections_is_finished(service->connections)) {
        if (has_signal(ending, is_ending ? ENDING_MILLISECONDS : TICK_MILLISECONDS) && !is_ending) {
            is_ending = true;
            log_line(&service->log, "ending: waiting for the programs that run");
            server_stop_listening(server);
            connections_finish(service->connections);
        }
        connections_sweep(service->connections, clock_milliseconds());
    }
    log_line(&service->log, "ended");
}

static bool run(const struct options *options, const struct configuration *configuration,
                struct error *err)
{
    CLEANUP(memory_free) char *path = realpath(options->configuration, NULL);
    CLEANUP(connections_close) struct connections *connections = NULL;
    struct service service;
    CLEANUP(server_stop) struct server *server = NULL;
    CLEANUP(fd_close) int listening = FD_NONE;
    struct address address;
    char url[ADDRESS_URL_SIZE];
    sigset_t ending;

    if (path == NULL)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", options->configuration);
    set_signals(&ending);
    if (!connections_open(&connections, err) ||
        !address_listen(options->listen != NULL ? options->listen : configuration->listen,
                        &listening, &address, err))
        return false;
    service = (struct service){.configuration = path,
                               .programs = configuration->programs,
                               .pages = configuration->pages,
                               .body_limit = configuration->body_limit,
                               .connections = connections,
                               .log = {"ispupd", STDERR_FILENO, false}};

    if (!server_start(&server, &service, &listening, err))
        return false;
    address_url(&address, url);
    log_line(&service.log, "listening on %s", url);
    serve(server, &service, &ending);
    return true;
}

static bool begin(const struct options *options, struct error *err)
{
    CLEANUP(memory_free) void *memory = NULL;

    if (!check_standard_streams(err) ||
        !memory_allocate(&memory, sizeof(struct configuration), err) ||
        !configuration_read(options->configuration, false, memory, err))
        return false;
    return run(options, memory, err);
}

int main(int count, char **arguments)
{
    struct error err = ERROR_EMPTY;
    struct options options = {.action = OPTIONS_SERVE};

    if (options_read(count, arguments, &options, &err)) {
        if (options.action != OPTIONS_SERVE) {
            (void)puts(options.action == OPTIONS_HELP ? OPTIONS_USAGE : "ispupd " ISPUP_VERSION);
            return 0;
        }
        if (begin(&options, &err))
            return 0;
    }
    (void)fprintf(stderr, "ispupd: %s\n", err.text);
    if (err.kind == ERROR_USAGE)
        (void)fprintf(stderr, OPTIONS_USAGE "\n");
    return reply_exit_status(err.kind);
}
