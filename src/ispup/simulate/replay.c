/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/simulate/replay.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/process.h"
#include "ispup/simulate/factory.h"
#include "ispup/simulate/port.h"
#include "ispup/simulate/process.h"
#include "ispup/simulate/replayed.h"
#include "ispup/simulate/timeline.h"

#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_MILLISECONDS = 20, AUTHORITY_SIZE = 32 };

/* One camera, in its own process. */
struct server {
    const struct recording *recording; /* borrowed, like the two below */
    const struct simulate_port *port;
    struct simulate_replayed *shared;
    char authority[AUTHORITY_SIZE];
    int listening; /* owned; FD_NONE: it is away */
};

static bool read_recording(const char *path, struct recording *recording, struct error *err)
{
    CLEANUP(memory_free) unsigned char *bytes = NULL;
    size_t size;

    if (!file_read(path, RECORDING_SIZE_LIMIT, &bytes, &size, err))
        return false;
    return recording_parse(span_of(bytes, size), recording, err) || error_prefix(err, "%s", path);
}

static bool is_away(const struct server *server)
{
    uint64_t uploaded_at = server->shared->uploaded_at;
    uint64_t passed = clock_milliseconds() - uploaded_at;

    return uploaded_at != 0 && timeline_is_away(server->recording, &passed);
}

static void accept_one(struct server *server)
{
    CLEANUP(fd_close) int host = accept(server->listening, NULL, NULL);

    if (host != FD_NONE && process_fork_bound(SIGKILL) == 0) {
        fd_close(&server->listening);
        simulate_replayed_serve(host, server->recording, server->shared, server->authority);
        _exit(0);
    }
}

/* While it is away, no server is there: connections are refused, as during the recorded restart. */
static void serve(struct server *server)
{
    struct error err = ERROR_EMPTY;

    for (;;) {
        if (is_away(server)) {
            fd_close(&server->listening);
            clock_sleep(LOOK_MILLISECONDS);
        } else if (server->listening == FD_NONE) {
            if (!simulate_port_listen(server->port, &server->listening, &err))
                _exit(1);
        } else if (fd_wait(server->listening, LOOK_MILLISECONDS))
            accept_one(server);
    }
}

static bool share(struct simulate_replayed **shared, struct error *err)
{
    void *memory =
        mmap(NULL, sizeof(**shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        return error_system(err, ERROR_INTERNAL, "internal error: no memory");
    *shared = memory;
    return true;
}

static bool start(const struct recording *recording, uint16_t first_port,
                  struct simulate_port *port, struct error *err)
{
    struct server server = {.recording = recording, .port = port, .listening = FD_NONE};
    pid_t child;

    if (!simulate_port_reserve(first_port, port, err) || !share(&server.shared, err))
        return false;
    (void)snprintf(server.authority, sizeof(server.authority), "127.0.0.1:%u",
                   (unsigned)port->number);
    /* Listens before its line is printed. */
    if (!simulate_port_listen(port, &server.listening, err))
        return false;
    child = process_fork_bound(SIGKILL);
    if (child == 0) {
        (void)signal(SIGPIPE, SIG_IGN);
        (void)signal(SIGCHLD, SIG_IGN);
        serve(&server);
    }
    fd_close(&server.listening);
    (void)munmap(server.shared, sizeof(*server.shared));
    return child > 0 || process_fork_failed(err);
}

static void announce(const struct simulate_port *port, bool for_scripts)
{
    (void)printf(for_scripts ? "{\"url\":\"http://127.0.0.1:%u\",\"account\":\"" SIMULATE_ACCOUNT
                               "\",\"password\":\"" SIMULATE_PASSWORD
                               "\",\"folder\":\"\",\"id\":\"\",\"cacert\":\"\"}\n"
                             : "http://127.0.0.1:%u " SIMULATE_ACCOUNT " " SIMULATE_PASSWORD " -\n",
                 (unsigned)port->number);
    (void)fflush(stdout);
}

static bool wait_for_end(int signals, struct error *err)
{
    for (;;) {
        struct simulate_signals seen;

        (void)fd_wait(signals, -1);
        seen = simulate_process_heed(signals);
        if (seen.end)
            return true;
        if (seen.child && waitpid(-1, NULL, WNOHANG) > 0)
            return error_set(err, ERROR_INTERNAL, "a camera has ended");
    }
}

static bool run(const struct simulate_replay *replay, const struct recording *recording,
                struct error *err)
{
    CLEANUP(fd_close) int signals = FD_NONE;
    uint32_t first = replay->first_port;

    if (!simulate_process_adopt(err) || !simulate_process_listen(&signals, err))
        return false;
    for (size_t i = 0; i < replay->count; i++) {
        struct simulate_port port; /* reserved until this program ends */

        if (first > UINT16_MAX)
            return error_set(err, ERROR_INTERNAL, "no free port left");
        if (!start(recording, (uint16_t)first, &port, err))
            return false;
        announce(&port, replay->for_scripts);
        first = first == 0 ? 0 : port.number + 1U;
    }
    if (timeline_upload(recording) == NULL)
        (void)fputs("ispup simulate: note: no update is in the recording: an upload is refused\n",
                    stderr);
    (void)fputs("Ctrl-C ends it. Any account and password is accepted.\n", stderr);
    return wait_for_end(signals, err);
}

bool simulate_replay(const struct simulate_replay *replay, struct error *err)
{
    CLEANUP(recording_close) struct recording recording = {.count = 0};
    bool done;

    if (!read_recording(replay->file, &recording, err))
        return false;
    done = run(replay, &recording, err);
    simulate_process_end_all();
    return done;
}
