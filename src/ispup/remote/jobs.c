/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/jobs.h"

#include "base/fd.h"
#include "base/memory.h"
#include "base/process.h"
#include "base/signals.h"
#include "ispup/remote/http.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TICK_MILLISECONDS = 250 };

/* Descriptors that are waited for before those of the jobs. */
enum { AT_SIGNALS, AT_OUT, AT_OTHER, AT_JOBS };

/* A job under way. */
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
    size_t limit;            /* at a time */
    int signals;             /* owned */
    int gate[2];             /* owned */
    sigset_t blocked_before; /* the signal mask before */
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
    if (!memory_allocate(&polls, (limit + AT_JOBS) * sizeof(struct pollfd), err))
        return false;
    crew->polls = polls;
    return true;
}

static bool crew_open(struct crew *crew, struct error *err)
{
    sigset_t signals;

    /* If the reader of standard output goes away, the jobs under way must still go on. */
    (void)signal(SIGPIPE, SIG_IGN);
    signals_heeded(&signals);
    (void)sigprocmask(SIG_BLOCK, &signals, &crew->blocked_before);
    crew->signals = signalfd(-1, &signals, SFD_CLOEXEC);
    if (crew->signals == FD_NONE || pipe2(crew->gate, O_CLOEXEC) != 0)
        return error_system(err, ERROR_INTERNAL, "internal error: no pipe");
    return allocate(crew, err);
}

static void heed_sigterm(int number)
{
    (void)number;
    (void)signal(SIGTERM, SIG_DFL);
}

/* A terminal or a service manager sends a signal to the caller and to its jobs: the caller decides.
 * After its death, of which SIGUSR1 tells, no one else could end the job. */
static void leave_signals_to_caller(const struct crew *crew)
{
    const struct sigaction heed = {.sa_handler = heed_sigterm, .sa_flags = SA_RESTART};
    sigset_t heeded, told;

    signals_heeded(&heeded);
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    if (sigismember(&heeded, SIGTERM) == 1)
        (void)sigaction(SIGUSR1, &heed, NULL);
    else
        (void)signal(SIGUSR1, SIG_IGN);
    (void)sigprocmask(SIG_SETMASK, &crew->blocked_before, NULL);
    (void)sigemptyset(&told);
    (void)sigaddset(&told, SIGUSR1);
    (void)sigprocmask(SIG_UNBLOCK, &told, NULL);
}

/* Never returns: the process is the job's. */
static void be_job(struct crew *crew, size_t number, int records)
{
    /* A job must not hold the gate's other end, or the gate never ends. Nor may it hold the other
     * jobs' pipes: if the caller dies, their writes must fail, not wait for a reader for ever. */
    fd_close(&crew->gate[1]);
    fd_close(&crew->signals);
    for (size_t i = 0; i <= crew->count; i++)
        fd_close(&crew->under_way[i].records);
    if (crew->jobs->out != NULL)
        fd_close(&crew->jobs->out->own_fd);
    leave_signals_to_caller(crew);
    crew->jobs->run(crew->jobs, number, records, crew->gate[0]);
    _exit(0);
}

static bool begin_job(struct crew *crew, size_t number, struct error *err)
{
    struct job *job = &crew->under_way[crew->count];
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return error_system(err, ERROR_INTERNAL, "internal error: no socket");
    *job =
        (struct job){.number = number, .records = ends[0], .process = process_fork_bound(SIGUSR1)};
    if (job->process == 0)
        be_job(crew, job->number, ends[1]);
    fd_close(&ends[1]);
    if (job->process < 0) {
        (void)process_fork_failed(err);
        fd_close(&job->records);
        return false;
    }
    crew->begun++;
    crew->count++;
    return true;
}

static bool choose_job(const struct crew *crew, size_t *job)
{
    if (crew->jobs->interrupts > 0 || crew->jobs->must_end)
        return false;
    if (crew->jobs->next != NULL)
        return crew->jobs->next(crew->jobs, job);
    *job = crew->begun;
    return crew->begun < crew->jobs->count;
}

/* If descriptors or processes run out, fewer jobs run at a time. False: not even one can. */
static bool begin_jobs(struct crew *crew, struct error *err)
{
    size_t job;

    while (crew->count < crew->limit && choose_job(crew, &job)) {
        if (begin_job(crew, job, err))
            continue;
        crew->limit = crew->count;
        if (crew->jobs->next != NULL)
            crew->jobs->ended(crew->jobs, job, 0);
    }
    return crew->limit > 0;
}

static void end_job(struct crew *crew, size_t at)
{
    struct job job = crew->under_way[at];
    int status = 0;

    fd_close(&job.records);
    while (waitpid(job.process, &status, 0) < 0 && errno == EINTR)
        continue;
    crew->under_way[at] = crew->under_way[--crew->count];
    if (crew->jobs->ended != NULL)
        crew->jobs->ended(crew->jobs, job.number, status);
}

/* A job that has ended meanwhile needs no answer. */
static void tell(struct crew *crew, size_t at, const void *record)
{
    struct jobs *jobs = crew->jobs;
    struct error err = ERROR_EMPTY;

    jobs->answer = 0;
    jobs->told(jobs, crew->under_way[at].number, record);
    if (jobs->answer != 0 &&
        !fd_write(crew->under_way[at].records, span_of(&jobs->answer, 1), &err))
        jobs->answer = 0;
}

/* Reads one whole record, or the end of the job. */
static void hear_job(struct crew *crew, size_t at)
{
    _Alignas(16) unsigned char record[JOBS_RECORD_SIZE];
    struct error err = ERROR_EMPTY;
    size_t size = crew->jobs->record_size;
    size_t got;

    if (fd_read(crew->under_way[at].records, record, size, &got, &err) && got == size)
        tell(crew, at, record);
    else
        end_job(crew, at);
}

static void kill_jobs(const struct crew *crew)
{
    for (size_t i = 0; i < crew->count; i++)
        (void)kill(crew->under_way[i].process, SIGKILL);
}

static void hear_signal(struct crew *crew)
{
    struct signalfd_siginfo info;
    struct error err = ERROR_EMPTY;
    size_t got;

    if (!fd_read(crew->signals, &info, sizeof(info), &got, &err))
        return;
    fd_close(&crew->gate[1]);
    crew->jobs->interrupts++;
    if (crew->jobs->interrupted != NULL)
        crew->jobs->interrupted(crew->jobs, crew->jobs->interrupts);
    if (crew->jobs->interrupts > 1)
        kill_jobs(crew);
}

/* Backwards: the last job moves to the place of one that has ended. */
static void hear_jobs(struct crew *crew, const struct pollfd *polls)
{
    for (size_t i = crew->count; i > 0; i--)
        if (polls[i - 1].revents != 0)
            hear_job(crew, i - 1);
}

/* While no one reads the output, no record is taken: it would be kept for ever. */
static bool may_hear_jobs(const struct crew *crew)
{
    return crew->jobs->out == NULL || crew->jobs->interrupts > 1 ||
           !outlet_is_full(crew->jobs->out);
}

static void hear(struct crew *crew)
{
    struct outlet *out = crew->jobs->out;
    struct pollfd *polls = crew->polls;
    bool hears_jobs = may_hear_jobs(crew);
    size_t count = AT_JOBS + (hears_jobs ? crew->count : 0);

    polls[AT_SIGNALS] = (struct pollfd){.fd = crew->signals, .events = POLLIN};
    polls[AT_OUT] =
        (struct pollfd){.fd = out == NULL ? FD_NONE : outlet_awaits(out), .events = POLLOUT};
    polls[AT_OTHER] = (struct pollfd){.fd = crew->jobs->woken == NULL ? FD_NONE : crew->jobs->other,
                                      .events = POLLIN};
    for (size_t i = 0; i < crew->count; i++)
        polls[AT_JOBS + i] = (struct pollfd){.fd = crew->under_way[i].records, .events = POLLIN};
    if (poll(polls, count, TICK_MILLISECONDS) > 0) {
        if (polls[AT_SIGNALS].revents != 0)
            hear_signal(crew);
        if (polls[AT_OUT].revents != 0)
            outlet_go_on(out);
        if (crew->jobs->woken != NULL && polls[AT_OTHER].revents != 0)
            crew->jobs->woken(crew->jobs);
        if (hears_jobs)
            hear_jobs(crew, &polls[AT_JOBS]);
    }
    if (crew->jobs->ticked != NULL)
        crew->jobs->ticked(crew->jobs);
    if (crew->jobs->must_end)
        kill_jobs(crew);
}

static bool may_begin_later(const struct crew *crew)
{
    return crew->jobs->is_over != NULL && !crew->jobs->is_over(crew->jobs);
}

bool jobs_run(struct jobs *jobs, struct error *err)
{
    CLEANUP(crew_close)
    struct crew crew = {
        .jobs = jobs, .limit = jobs->limit, .signals = FD_NONE, .gate = {FD_NONE, FD_NONE}};
    bool could_begin;

    (void)sigemptyset(&crew.blocked_before);
    /* The jobs share what libcurl and its libraries allocate at their beginning. */
    if (!http_begin(err) || !crew_open(&crew, err))
        return false;
    if (jobs->begun != NULL)
        jobs->begun(jobs);
    could_begin = begin_jobs(&crew, err);
    while (crew.count > 0 || (could_begin && may_begin_later(&crew))) {
        hear(&crew);
        could_begin = could_begin && begin_jobs(&crew, err);
    }
    return could_begin;
}

bool jobs_is_alone(int records)
{
    return fd_wait_hangup(records, 0);
}

void jobs_explain_end(int status, char *text, size_t capacity)
{
    if (WIFSIGNALED(status))
        (void)snprintf(text, capacity, "its process was killed by signal %d (%s)", WTERMSIG(status),
                       strsignal(WTERMSIG(status)));
    else
        (void)snprintf(text, capacity, "its process ended early, with exit status %d",
                       WEXITSTATUS(status));
}
