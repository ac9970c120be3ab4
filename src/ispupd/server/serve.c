/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/server/serve.h"

#include "ispupd/server/certificate.h"
#include "ispupd/server/server.h"

#include "base/clock.h"
#include "base/fd.h"

#include <signal.h>

/* Interval between checks of time limits, and of the end. */
enum { TICK_MILLISECONDS = 1000, ENDING_MILLISECONDS = 20 };

struct serving {
    const struct configuration *configuration;
    struct service service;
    struct identities *identities; /* NULL: no HTTPS */
    struct server *servers[LISTENERS_COUNT];
    bool is_ending;
};

/* All threads have blocked these (broker.h). */
static void fill_signals(sigset_t *awaited)
{
    (void)sigemptyset(awaited);
    (void)sigaddset(awaited, SIGTERM);
    (void)sigaddset(awaited, SIGINT);
    (void)sigaddset(awaited, SIGHUP);
}

/* Waits for a signal, at most `milliseconds`. Returns its number, or -1. */
static int wait_for_signal(const sigset_t *signals, long milliseconds)
{
    const struct timespec wait = {.tv_sec = milliseconds / 1000,
                                  .tv_nsec = milliseconds % 1000 * 1000000};

    return sigtimedwait(signals, NULL, &wait);
}

/* For CLEANUP. */
static void end_serving(struct serving *serving)
{
    for (size_t i = 0; i < LISTENERS_COUNT; i++)
        server_stop(&serving->servers[i]);
    identities_close(&serving->identities);
    connections_close(&serving->service.connections);
    broker_client_close(&serving->service.broker);
}

static void begin_end(struct serving *serving)
{
    serving->is_ending = true;
    for (size_t i = 0; i < LISTENERS_COUNT; i++)
        server_stop_listening(serving->servers[i]);
    connections_finish(serving->service.connections);
    log_line(&serving->service.log, "ending: waiting for running programs");
}

static void reload(const struct serving *serving)
{
    struct error err = ERROR_EMPTY;

    if (serving->identities == NULL)
        return;
    if (certificate_load(serving->identities, serving->service.broker, &err))
        log_line(&serving->service.log, "certificate and key have been read again");
    else
        log_line(&serving->service.log, "the old certificate stays in use: %s", err.text);
}

static void take_turns(struct serving *serving, const sigset_t *awaited)
{
    while (!serving->is_ending || !connections_is_finished(serving->service.connections)) {
        int number =
            wait_for_signal(awaited, serving->is_ending ? ENDING_MILLISECONDS : TICK_MILLISECONDS);

        if (number == SIGHUP)
            reload(serving);
        else if (number > 0 && !serving->is_ending)
            begin_end(serving);
        connections_sweep(serving->service.connections, clock_milliseconds());
    }
    log_line(&serving->service.log, "ended");
}

static bool start_one(struct serving *serving, struct listener *listener, struct server **server,
                      struct error *err)
{
    if (listener->fd == FD_NONE)
        return true;
    return server_start(server, &serving->service, listener->is_secure ? serving->identities : NULL,
                        &listener->fd, err);
}

/* Both sockets are served before the log says so. */
static bool start(struct serving *serving, struct listeners *listeners, struct error *err)
{
    char url[ADDRESS_URL_SIZE];

    for (size_t i = 0; i < LISTENERS_COUNT; i++)
        if (!start_one(serving, &listeners->list[i], &serving->servers[i], err))
            return false;
    if (serving->configuration->plain)
        log_line(&serving->service.log,
                 "plain HTTP: passwords travel unencrypted, set [server] certificate and key");
    for (size_t i = 0; i < LISTENERS_COUNT; i++)
        if (serving->servers[i] != NULL) {
            address_url(&listeners->list[i].address, listeners->list[i].is_secure, url);
            log_line(&serving->service.log, "listening on %s", url);
        }
    return true;
}

static bool prepare(struct serving *serving, int socket, struct error *err)
{
    if (!broker_client_open(&serving->service.broker, socket, err) ||
        !connections_open(&serving->service.connections, err))
        return false;
    return serving->configuration->certificate[0] == '\0' ||
           (identities_open(&serving->identities, err) &&
            certificate_load(serving->identities, serving->service.broker, err));
}

bool serve(const struct configuration *configuration, struct listeners *listeners, int socket,
           const struct log *log, struct error *err)
{
    CLEANUP(end_serving)
    struct serving serving = {
        .configuration = configuration,
        .service = {.body_limit = configuration->body_limit,
                    .programs = configuration->programs,
                    .log = *log},
    };
    sigset_t awaited;

    fill_signals(&awaited);
    if (!prepare(&serving, socket, err) || !start(&serving, listeners, err))
        return false;
    take_turns(&serving, &awaited);
    return true;
}
