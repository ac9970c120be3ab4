/* SPDX-License-Identifier: Apache-2.0 */
#include "update/processes.h"

#include "base/clock.h"
#include "base/fd.h"
#include "camera/restart.h"
#include "update/confine.h"
#include "update/install.h"
#include "update/outcome.h"
#include "update/record.h"
#include "update/sandbox.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIPE_SIZE = 1024 * 1024, REPLY_SECONDS = 10 };

struct pipe {
    int read, write; /* owned */
};

#define PIPE_NONE ((struct pipe){FD_NONE, FD_NONE})

static void pipe_close(struct pipe *ends)
{
    fd_close(&ends->read);
    fd_close(&ends->write);
}

static bool pipe_open(struct pipe *ends, struct error *err)
{
    int made[2];

    if (pipe2(made, O_CLOEXEC) != 0)
        return error_system(err, ERROR_INTERNAL, "internal error: pipe");
    *ends = (struct pipe){.read = made[0], .write = made[1]};
    return true;
}

/* Whether there will be a filter, asked before anything is forked. */
static bool choose_sandbox(const struct camera *camera, bool *filtered, struct error *err)
{
    const char *why = sandbox_missing();

    *filtered = why == NULL;
    if (why == NULL)
        return true;
    if (camera->configuration.sandbox_required)
        return error_set(err, ERROR_INTERNAL,
                         "internal error: no sandbox: %s, or set [image] sandbox = optional", why);
    log_line(&camera->log, "the worker runs without its sandbox's filter: %s", why);
    return true;
}

static int run_worker(struct worker_task *task, int pipe, bool filtered)
{
    struct error err = ERROR_EMPTY;
    struct error gone = ERROR_EMPTY;

    if (confine_worker(&task->body, pipe, &task->installer, &err) &&
        sandbox_enter(task->length, filtered, &err))
        return task->run(task);
    return record_send_failure(task->installer, &err, &gone) ? 0 : 1;
}

/* Both are forked before either runs on: a worker without an installer ends at its first record. */
static bool fork_worker(const struct worker_task *task, bool filtered, struct pipe *records,
                        pid_t *worker, struct error *err)
{
    struct worker_task own = *task;

    pid_t child = fork();

    if (child < 0)
        return error_system(err, ERROR_INTERNAL, "internal error: fork");
    if (child == 0)
        _exit(run_worker(&own, records->write, filtered));
    *worker = child;
    return true;
}

static bool fork_installer(const struct camera *camera, const struct worker_task *task,
                           struct pipe *records, struct pipe *outcome, int lock, struct error *err)
{
    struct install_task own = {.camera = camera,
                               .records = record_pipe_of(records->read, task->length),
                               .front = outcome->write,
                               .lock = lock,
                               .family = task->family,
                               .length = task->length};
    const int kept[] = {records->read, outcome->write, lock, camera->log_file};
    pid_t installer = fork();

    if (installer < 0)
        return error_system(err, ERROR_INTERNAL, "internal error: fork");
    if (installer == 0) {
        confine_installer(kept, COUNT_OF(kept));
        _exit(install_run(&own));
    }
    return true;
}

bool processes_start(const struct camera *camera, const struct worker_task *task, int *lock,
                     struct processes *processes, struct error *err)
{
    CLEANUP(pipe_close) struct pipe records = PIPE_NONE;
    CLEANUP(pipe_close) struct pipe outcome = PIPE_NONE;
    bool filtered;

    *processes = PROCESSES_NONE;
    if (!choose_sandbox(camera, &filtered, err))
        return false;
    if (!pipe_open(&records, err) || !pipe_open(&outcome, err))
        return false;
    /* Smaller where the system's limit says so: slower, not wrong. */
    (void)fcntl(records.write, F_SETPIPE_SZ, PIPE_SIZE);
    /* First, so that what the worker has taken is never lost with the front. */
    if (!fork_installer(camera, task, &records, &outcome, *lock, err))
        return false;
    if (!fork_worker(task, filtered, &records, &processes->worker, err))
        return false; /* the installer finds the records ended */
    fd_close(lock);
    processes->outcome = fd_take(&outcome.read);
    return true;
}

/* It may still be dropping what the host sends; not for ever. The signal that ended it; 0: none, or
 * ours. */
static int wait_for_worker(pid_t worker, unsigned patience)
{
    uint64_t deadline = clock_milliseconds() + patience * UINT64_C(1000);
    uint64_t pause = 1;
    int status = 0;

    while (waitpid(worker, &status, WNOHANG) == 0) {
        if (clock_milliseconds() >= deadline) {
            (void)kill(worker, SIGKILL);
            (void)waitpid(worker, NULL, 0);
            return 0;
        }
        clock_sleep(pause);
        pause = pause < 32 ? pause * 2 : pause;
    }
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* The installer has only seen the worker end: how, its parent knows. */
static void tell_end(const struct camera *camera, int number, struct error *err)
{
    const char *meaning = number == SIGSYS    ? "a system call that its sandbox forbids"
                          : number == SIGXCPU ? "its processor time was used up"
                                              : strsignal(number);

    log_line(&camera->log, "worker ended by signal %d: %s", number, meaning);
    if (err->kind == ERROR_INTERNAL)
        (void)error_set(err, ERROR_INTERNAL, "internal error: worker ended by signal %d: %s",
                        number, meaning);
}

bool processes_wait(const struct camera *camera, struct processes *processes, unsigned patience,
                    struct error *err)
{
    bool installed = outcome_hear(processes->outcome, err);
    int number = wait_for_worker(processes->worker, patience);

    if (number != 0)
        tell_end(camera, number, err);
    return installed;
}

void processes_release(struct processes *processes)
{
    fd_close(&processes->outcome);
}

bool processes_restart(const struct camera *camera, int *lock, struct processes *processes,
                       struct error *err)
{
    CLEANUP(pipe_close) struct pipe outcome = PIPE_NONE;
    struct error failure = ERROR_EMPTY;
    pid_t child;

    *processes = PROCESSES_NONE;
    if (!pipe_open(&outcome, err))
        return false;
    child = fork();
    if (child < 0)
        return error_system(err, ERROR_INTERNAL, "internal error: fork");
    if (child == 0) {
        const int kept[] = {outcome.write, *lock, camera->log_file};

        confine_installer(kept, COUNT_OF(kept));
        (void)fd_wait_hangup(outcome.write, REPLY_SECONDS * 1000);
        if (!restart_begin(&camera->configuration, &failure))
            log_line(&camera->log, "restart: %s", failure.text);
        _exit(0);
    }
    fd_close(lock);
    processes->outcome = fd_take(&outcome.read);
    return true;
}
