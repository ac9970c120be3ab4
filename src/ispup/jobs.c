/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/jobs.h"

#include "base/fd.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TICK_MILLISECONDS = 250 };

/* One that is under way. */
struct job {
    size_t number;
    pid_t process;
    int records; /* owned */
};

struct crew {
    struct jobs *jobs;     /* borrowed */
    struct job *under_way; /* owned; `count` of them */
    struct pollfd *polls;  /* owned */
    size_t count;
    size_t begun;
    unsigned interrupts;
    int signals;             /* owned */
    int gate[2];             /* owned */
    sigset_t blocked_before; /* what was blocked when it began */
};

static void crew_close(struct crew *crew)
{
    fd_close(&crew->signals);
    fd_close(&crew->gate[0]);
    fd_close(&crew->gate[1]);
    memory_free(&crew->under_way);
    memory_free(&crew->polls);
    (void)sigprocmask(SIG_SETMASK, &crew->blocked_before, NULL);
}

static bool allocate(struct crew *crew, struct error *err)
{
    void *under_way = NULL, *polls = NULL;
    size_t limit = crew->jobs->limit;

    if (!memory_allocate(&under_way, limit * sizeof(struct job), err))
        return false;
    crew->under_way = under_way;
    if (!memory_allocate(&polls, (limit + 1) * sizeof(struct pollfd), err))
        return false;
    crew->polls = polls;
    return true;
}

static bool crew_open(struct crew *crew, struct error *err)
{
    sigset_t signals;

    /* Whoever reads what we print may go: what is under way goes on all the same. */
    (void)signal(SIGPIPE, SIG_IGN);
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &signals, &crew->blocked_before);
    crew->signals = signalfd(-1, &signals, SFD_CLOEXEC);
    if (crew->signals == FD_NONE || pipe2(crew->gate, O_CLOEXEC) != 0)
        return error_system(err, ERROR_INTERNAL, "internal error: no pipe");
    return allocate(crew, err);
}

/* Never returns: the process is the job's. */
static void be_job(struct crew *crew, size_t number, int records)
{
    /* Whoever holds the gate's other end says when it is closed: that is not one of the jobs. Nor
     * does one hear what the others tell: else, if nobody did, they would wait for it for ever. */
    fd_close(&crew->gate[1]);
    fd_close(&crew->signals);
    for (size_t i = 0; i <= crew->count; i++)
        fd_close(&crew->under_way[i].records);
    crew->jobs->run(crew->jobs, number, records, crew->gate[0]);
    _exit(0);
}

static bool begin_job(struct crew *crew, struct error *err)
{
    struct job *job = &crew->under_way[crew->count];
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_system(err, ERROR_INTERNAL, "internal error: no pipe");
    *job = (struct job){.number = crew->begun, .records = ends[0], .process = fork()};
    if (job->process == 0)
        be_job(crew, job->number, ends[1]);
    fd_close(&ends[1]);
    if (job->process < 0) {
        fd_close(&job->records);
        return error_system(err, ERROR_INTERNAL, "internal error: no process");
    }
    crew->begun++;
    crew->count++;
    return true;
}

static bool begin_jobs(struct crew *crew, struct error *err)
{
    while (crew->interrupts == 0 && crew->count < crew->jobs->limit &&
           crew->begun < crew->jobs->count)
        if (!begin_job(crew, err))
            return false;
    return true;
}

static void end_job(struct crew *crew, size_t at)
{
    struct job job = crew->under_way[at];

    fd_close(&job.records);
    while (waitpid(job.process, NULL, 0) < 0 && errno == EINTR)
        continue;
    crew->under_way[at] = crew->under_way[--crew->count];
    if (crew->jobs->ended != NULL)
        crew->jobs->ended(crew->jobs, job.number);
}

/* One record, whole, or its end. */
static void hear_job(struct crew *crew, size_t at)
{
    _Alignas(16) unsigned char record[JOBS_RECORD_SIZE];
    struct error err = ERROR_EMPTY;
    size_t size = crew->jobs->record_size;
    size_t got;

    if (fd_read(crew->under_way[at].records, record, size, &got, &err) && got == size)
        crew->jobs->told(crew->jobs, crew->under_way[at].number, record);
    else
        end_job(crew, at);
}

static void hear_signal(struct crew *crew)
{
    struct signalfd_siginfo info;
    struct error err = ERROR_EMPTY;
    size_t got;

    if (!fd_read(crew->signals, &info, sizeof(info), &got, &err))
        return;
    fd_close(&crew->gate[1]);
    crew->interrupts++;
    if (crew->jobs->interrupted != NULL)
        crew->jobs->interrupted(crew->jobs, crew->interrupts);
    for (size_t i = 0; crew->interrupts > 1 && i < crew->count; i++)
        (void)kill(crew->under_way[i].process, SIGKILL);
}

/* Backwards: a job that has ended leaves its place to the last one. */
static void hear(struct crew *crew)
{
    struct pollfd *polls = crew->polls;

    for (size_t i = 0; i < crew->count; i++)
        polls[i + 1] = (struct pollfd){.fd = crew->under_way[i].records, .events = POLLIN};
    polls[0] = (struct pollfd){.fd = crew->signals, .events = POLLIN};
    if (poll(polls, crew->count + 1, TICK_MILLISECONDS) > 0) {
        if (polls[0].revents != 0)
            hear_signal(crew);
        for (size_t i = crew->count; i > 0; i--)
            if (polls[i].revents != 0)
                hear_job(crew, i - 1);
    }
    if (crew->jobs->ticked != NULL)
        crew->jobs->ticked(crew->jobs);
}

bool jobs_run(struct jobs *jobs, struct error *err)
{
    CLEANUP(crew_close)
    struct crew crew = {.jobs = jobs, .signals = FD_NONE, .gate = {FD_NONE, FD_NONE}};
    bool could_begin;

    (void)sigemptyset(&crew.blocked_before);
    if (!crew_open(&crew, err))
        return false;
    could_begin = begin_jobs(&crew, err);
    while (crew.count > 0) {
        hear(&crew);
        could_begin = could_begin && begin_jobs(&crew, err);
    }
    return could_begin;
}
