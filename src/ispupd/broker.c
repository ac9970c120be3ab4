/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/broker.h"

#include "ispupd/errand.h"
#include "ispupd/pages.h"
#include "ispupd/parcel.h"
#include "ispupd/program.h"

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
    pid_t pid; /* 0: none */
    uint64_t number;
};

struct broker {
    const struct configuration *configuration; /* borrowed, like the two below */
    const struct broker_server *server;
    const struct log *log;
    struct running running[BROKER_PROGRAMS_LIMIT];
    uint64_t last_number;
    bool has_ended; /* the server */
    int status;     /* as waitpid tells it */
    struct environment environment;
    unsigned char record[ERRAND_SIZE];
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

/* The errands. Each fills the answer and the parcel, which are empty before. */

static bool find(struct broker *broker, const struct errand *errand, char path[FILE_PATH_SIZE],
                 struct error *err)
{
    char name[ROUTE_NAME_SIZE];

    if (!span_copy(errand->name, name, sizeof(name)))
        return error_set(err, ERROR_HTTP_NOT_FOUND, "request: no such program");
    return program_find(broker->configuration->programs, name, path, err);
}

static bool run_find(struct broker *broker, const struct errand *errand,
                     struct errand_answer *answer, struct parcel *parcel, struct error *err)
{
    char path[FILE_PATH_SIZE];

    (void)answer, (void)parcel;
    return find(broker, errand, path, err);
}

static bool run_start(struct broker *broker, const struct errand *errand,
                      struct errand_answer *answer, struct parcel *parcel, struct error *err)
{
    CLEANUP(program_leave) struct started started = STARTED_NONE;
    CLEANUP(environment_forget) struct environment *environment = &broker->environment;
    struct running *place = find_free(broker);
    char path[FILE_PATH_SIZE];

    if (place == NULL)
        return error_set(err, ERROR_HTTP_BUSY, "request: too many at once, try again");
    if (!find(broker, errand, path, err) ||
        !environment_complete(environment, errand->variables, errand->name,
                              broker->configuration->path, err) ||
        !program_start(&started, path, environment->variables, err))
        return false;
    *place = (struct running){started.pid, ++broker->last_number};
    answer->number = place->number;
    parcel->fds[0] = fd_take(&started.input);
    parcel->fds[1] = fd_take(&started.output);
    return true;
}

static bool run_has_ended(struct broker *broker, const struct errand *errand,
                          struct errand_answer *answer, struct parcel *parcel, struct error *err)
{
    (void)parcel, (void)err;
    answer->number = has_program_ended(broker, errand->number);
    return true;
}

static bool run_page(struct broker *broker, const struct errand *errand,
                     struct errand_answer *answer, struct parcel *parcel, struct error *err)
{
    CLEANUP(page_close) struct page page = PAGE_NONE;
    char name[ROUTE_NAME_SIZE];

    if (!span_copy(errand->name, name, sizeof(name)))
        return error_set(err, ERROR_HTTP_NOT_FOUND, "request: no such page");
    if (!page_open(&page, broker->configuration->pages, name, err))
        return false;
    answer->number = page.size;
    parcel->fds[0] = fd_take(&page.fd);
    return true;
}

static bool open_file(const char *path, const char *what, int *fd, struct error *err)
{
    struct stat facts;

    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "[server] %s: cannot open %s", what, path);
    if (fstat(*fd, &facts) != 0 || !S_ISREG(facts.st_mode))
        return error_set(err, ERROR_INTERNAL, "[server] %s: %s is no file", what, path);
    return true;
}

static bool run_certificate(struct broker *broker, const struct errand *errand,
                            struct errand_answer *answer, struct parcel *parcel, struct error *err)
{
    (void)answer, (void)errand;
    return open_file(broker->configuration->certificate, "certificate", &parcel->fds[0], err) &&
           open_file(broker->configuration->key, "key", &parcel->fds[1], err);
}

static const struct {
    enum errand_kind kind;
    bool (*run)(struct broker *broker, const struct errand *errand, struct errand_answer *answer,
                struct parcel *parcel, struct error *err);
} errands[] = {
    {ERRAND_FIND, run_find},
    {ERRAND_START, run_start},
    {ERRAND_HAS_ENDED, run_has_ended},
    {ERRAND_PAGE, run_page},
    {ERRAND_CERTIFICATE, run_certificate},
};

static bool run_one(struct broker *broker, struct span record, struct errand_answer *answer,
                    struct parcel *parcel, struct error *err)
{
    struct errand errand;

    if (!errand_parse(record, &errand, err))
        return false;
    for (size_t i = 0; i < COUNT_OF(errands); i++)
        if (errands[i].kind == errand.kind)
            return errands[i].run(broker, &errand, answer, parcel, err);
    return false;
}

/* What no server of ours sends is refused and told, no more: nobody is to end the server by it. */
static bool answer_one(struct broker *broker, struct error *err)
{
    CLEANUP(parcel_close) struct parcel parcel = PARCEL_NONE;
    struct errand_answer answer;
    size_t size = 0;
    bool is_done;

    /* All of it is sent: nothing that lay here before may go with it. */
    memset(&answer, 0, sizeof(answer));
    is_done = parcel_receive(broker->server->socket, broker->record, sizeof(broker->record), &size,
                             NULL, &answer.error) &&
              run_one(broker, span_of(broker->record, size), &answer, &parcel, &answer.error);

    if (!is_done)
        parcel_close(&parcel);
    explicit_bzero(broker->record, sizeof(broker->record));
    if (answer.error.kind == ERROR_USAGE)
        log_line(broker->log, "refused to the server: %s", answer.error.text);
    return parcel_send(broker->server->socket, span_of(&answer, sizeof(answer)), &parcel, err);
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
    enum { ERRANDS, SIGNALS, COUNT };
    struct pollfd waited[COUNT] = {{broker->server->socket, POLLIN, 0}, {signals, POLLIN, 0}};
    struct error gone = ERROR_EMPTY;

    while (!broker->has_ended) {
        if (poll(waited, COUNT, -1) < 0)
            continue;
        if (waited[SIGNALS].revents != 0)
            take_signal(broker, signals);
        /* It is about to end: its exit status comes as a signal. */
        if (waited[ERRANDS].revents != 0 && !answer_one(broker, &gone))
            waited[ERRANDS].fd = FD_NONE;
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
