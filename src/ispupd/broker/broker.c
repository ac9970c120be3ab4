/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/broker/broker.h"

#include "ispupd/broker/program.h"
#include "ispupd/broker_request.h"
#include "ispupd/fdpass.h"
#include "ispupd/pages.h"

#include "base/fd.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct running {
    pid_t pid; /* 0: this place is free */
    uint64_t number;
};

struct broker {
    const struct configuration *configuration; /* borrowed, like the two below */
    const struct broker_server *server;
    const struct log *log;
    struct running running[BROKER_PROGRAMS_LIMIT];
    uint64_t last_number;
    bool has_ended; /* the server */
    int status;     /* of the server, as waitpid gives it */
    struct environment environment;
    unsigned char record[BROKER_REQUEST_SIZE];
};

static void fill_signals(sigset_t *signals)
{
    static const int awaited[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};

    (void)sigemptyset(signals);
    for (size_t i = 0; i < COUNT_OF(awaited); i++)
        (void)sigaddset(signals, awaited[i]);
}

void broker_block_signals(void)
{
    sigset_t signals;

    fill_signals(&signals);
    (void)sigprocmask(SIG_BLOCK, &signals, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

static struct running *find_free(struct broker *broker)
{
    for (size_t i = 0; i < BROKER_PROGRAMS_LIMIT; i++)
        if (broker->running[i].pid == 0)
            return &broker->running[i];
    return NULL;
}

static bool has_program_ended(const struct broker *broker, uint64_t number)
{
    for (size_t i = 0; i < BROKER_PROGRAMS_LIMIT; i++)
        if (broker->running[i].pid != 0 && broker->running[i].number == number)
            return false;
    return true;
}

/* One function for each request. Reply and `passed` are empty when it is called. */

static bool find(struct broker *broker, const struct broker_request *request,
                 char path[FILE_PATH_SIZE], struct error *err)
{
    char name[ROUTE_NAME_SIZE];

    if (!span_copy(request->name, name, sizeof(name)))
        return error_set(err, ERROR_HTTP_NOT_FOUND, "request: no such program");
    return program_find(broker->configuration->programs, name, path, err);
}

static bool run_find(struct broker *broker, const struct broker_request *request,
                     struct broker_reply *reply, struct fdpass *passed, struct error *err)
{
    char path[FILE_PATH_SIZE];

    (void)reply, (void)passed;
    return find(broker, request, path, err);
}

static bool run_start(struct broker *broker, const struct broker_request *request,
                      struct broker_reply *reply, struct fdpass *passed, struct error *err)
{
    CLEANUP(program_leave) struct started started = STARTED_NONE;
    CLEANUP(environment_forget) struct environment *environment = &broker->environment;
    struct running *place = find_free(broker);
    char path[FILE_PATH_SIZE];

    if (place == NULL)
        return error_set(err, ERROR_HTTP_BUSY, "request: too many at once, try again");
    if (!find(broker, request, path, err) ||
        !environment_complete(environment, request->variables, request->name,
                              broker->configuration->path, err) ||
        !program_start(&started, path, environment->variables, err))
        return false;
    *place = (struct running){started.pid, ++broker->last_number};
    reply->number = place->number;
    passed->fds[0] = fd_take(&started.input);
    passed->fds[1] = fd_take(&started.output);
    return true;
}

static bool run_has_ended(struct broker *broker, const struct broker_request *request,
                          struct broker_reply *reply, struct fdpass *passed, struct error *err)
{
    (void)passed, (void)err;
    reply->number = has_program_ended(broker, request->number);
    return true;
}

static bool run_page(struct broker *broker, const struct broker_request *request,
                     struct broker_reply *reply, struct fdpass *passed, struct error *err)
{
    CLEANUP(page_close) struct page page = PAGE_NONE;
    char name[ROUTE_NAME_SIZE];

    if (!span_copy(request->name, name, sizeof(name)))
        return error_set(err, ERROR_HTTP_NOT_FOUND, "request: no such page");
    if (!page_open(&page, broker->configuration->pages, name, err))
        return false;
    reply->number = page.size;
    passed->fds[0] = fd_take(&page.fd);
    return true;
}

static bool open_file(const char *path, const char *what, int *fd, struct error *err)
{
    struct stat facts;

    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "[server] %s: cannot open %s", what, path);
    if (fstat(*fd, &facts) != 0 || !S_ISREG(facts.st_mode))
        return error_set(err, ERROR_INTERNAL, "[server] %s: %s is not a regular file", what, path);
    return true;
}

static bool run_certificate(struct broker *broker, const struct broker_request *request,
                            struct broker_reply *reply, struct fdpass *passed, struct error *err)
{
    (void)reply, (void)request;
    return open_file(broker->configuration->certificate, "certificate", &passed->fds[0], err) &&
           open_file(broker->configuration->key, "key", &passed->fds[1], err);
}

static const struct {
    enum broker_request_kind kind;
    bool (*run)(struct broker *broker, const struct broker_request *request,
                struct broker_reply *reply, struct fdpass *passed, struct error *err);
} handlers[] = {
    {BROKER_REQUEST_FIND, run_find},
    {BROKER_REQUEST_START, run_start},
    {BROKER_REQUEST_HAS_ENDED, run_has_ended},
    {BROKER_REQUEST_PAGE, run_page},
    {BROKER_REQUEST_CERTIFICATE, run_certificate},
};

static bool run_request(struct broker *broker, struct span record, struct broker_reply *reply,
                        struct fdpass *passed, struct error *err)
{
    struct broker_request request;

    if (!broker_request_parse(record, &request, err))
        return false;
    for (size_t i = 0; i < COUNT_OF(handlers); i++)
        if (handlers[i].kind == request.kind)
            return handlers[i].run(broker, &request, reply, passed, err);
    return false;
}

/* A malformed request is logged and refused, but the server lives on: no client may end it. */
static bool serve_request(struct broker *broker, struct error *err)
{
    CLEANUP(fdpass_close) struct fdpass passed = FDPASS_NONE;
    struct broker_reply reply;
    size_t size = 0;
    bool is_done;

    /* The whole struct is sent: padding must not leak memory of the broker. */
    memset(&reply, 0, sizeof(reply));
    is_done = fdpass_receive(broker->server->socket, broker->record, sizeof(broker->record), &size,
                             NULL, &reply.error) &&
              run_request(broker, span_of(broker->record, size), &reply, &passed, &reply.error);

    if (!is_done)
        fdpass_close(&passed);
    memory_wipe(broker->record, sizeof(broker->record));
    if (reply.error.kind == ERROR_USAGE)
        log_line(broker->log, "refused a request of the server: %s", reply.error.text);
    return fdpass_send(broker->server->socket, span_of(&reply, sizeof(reply)), &passed, err);
}

static void note_end(struct broker *broker, pid_t pid, int status)
{
    if (pid == broker->server->pid) {
        broker->has_ended = true;
        broker->status = status;
    }
    for (size_t i = 0; i < BROKER_PROGRAMS_LIMIT; i++)
        if (broker->running[i].pid == pid)
            broker->running[i].pid = 0;
}

static void reap(struct broker *broker)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        note_end(broker, pid, status);
}

static void take_signal(struct broker *broker, int signals)
{
    struct signalfd_siginfo facts;

    if (read(signals, &facts, sizeof(facts)) != (ssize_t)sizeof(facts))
        return;
    if (facts.ssi_signo == SIGCHLD)
        reap(broker);
    else if (!broker->has_ended)
        (void)kill(broker->server->pid, (int)facts.ssi_signo);
}

static void take_turns(struct broker *broker, int signals)
{
    enum { REQUESTS, SIGNALS, COUNT };
    struct pollfd waited[COUNT] = {{broker->server->socket, POLLIN, 0}, {signals, POLLIN, 0}};
    struct error gone = ERROR_EMPTY;

    while (!broker->has_ended) {
        if (poll(waited, COUNT, -1) < 0)
            continue;
        if (waited[SIGNALS].revents != 0)
            take_signal(broker, signals);
        /* The server closed its socket: SIGCHLD follows and brings its exit status. */
        if (waited[REQUESTS].revents != 0 && !serve_request(broker, &gone))
            waited[REQUESTS].fd = FD_NONE;
    }
}

bool broker_run(const struct configuration *configuration, const struct broker_server *server,
                const struct log *log, int *status, struct error *err)
{
    CLEANUP(memory_free) void *memory = NULL;
    CLEANUP(fd_close) int signals = FD_NONE;
    struct broker *broker;
    sigset_t awaited;

    fill_signals(&awaited);
    signals = signalfd(-1, &awaited, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot wait for signals");
    if (!memory_allocate(&memory, sizeof(*broker), err))
        return false;
    broker = memory;
    broker->configuration = configuration;
    broker->server = server;
    broker->log = log;
    take_turns(broker, signals);
    if (WIFSIGNALED(broker->status))
        return error_set(
            err, ERROR_INTERNAL, "the process that serves HTTP was ended by signal %d%s",
            WTERMSIG(broker->status),
            WTERMSIG(broker->status) == SIGSYS ? ": a system call that its sandbox forbids" : "");
    *status = WEXITSTATUS(broker->status);
    return true;
}
