/* SPDX-License-Identifier: Apache-2.0 */
#include "update/front/processes.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/process.h"
#include "update/admit.h"
#include "update/frame.h"
#include "update/install/by_hand.h"
#include "update/install/install.h"
#include "update/outcome.h"
#include "update/worker/confine.h"
#include "update/worker/sandbox.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIPE_SIZE = 1024 * 1024 };

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

/* Decides before any fork whether the worker gets a filter. */
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
    return frame_send_failure(task->installer, &err, &gone) ? 0 : 1;
}

/* A worker without an installer ends at its first frame. */
static bool fork_worker(const struct worker_task *task, bool filtered, struct pipe *frames,
                        pid_t *worker, struct error *err)
{
    struct worker_task own = *task;

    pid_t child = fork();

    if (child < 0)
        return process_fork_failed(err);
    if (child == 0)
        _exit(run_worker(&own, frames->write, filtered));
    *worker = child;
    return true;
}

static bool fork_installer(const struct camera *camera, const struct worker_task *task,
                           struct pipe *frames, struct pipe *outcome, int lock, struct error *err)
{
    struct install_task own = {.camera = camera,
                               .frames = frame_pipe_of(frames->read, task->length),
                               .front = outcome->write,
                               .lock = lock,
                               .family = task->family,
                               .length = task->length};
    const int kept[] = {frames->read, outcome->write, lock, camera->log_file};
    pid_t installer = fork();

    if (installer < 0)
        return process_fork_failed(err);
    if (installer == 0) {
        confine_installer(kept, COUNT_OF(kept));
        _exit(install_run(&own));
    }
    return true;
}

bool processes_start(const struct camera *camera, const struct worker_task *task, int *lock,
                     struct processes *processes, struct error *err)
{
    CLEANUP(pipe_close) struct pipe frames = PIPE_NONE;
    CLEANUP(pipe_close) struct pipe outcome = PIPE_NONE;
    bool filtered;

    *processes = PROCESSES_NONE;
    if (!choose_sandbox(camera, &filtered, err))
        return false;
    if (!pipe_open(&frames, err) || !pipe_open(&outcome, err))
        return false;
    /* If the system allows only a smaller pipe, the update is slower but correct. */
    (void)fcntl(frames.write, F_SETPIPE_SZ, PIPE_SIZE);
    /* The installer comes first, so that the worker never reads bytes that no process installs. */
    if (!fork_installer(camera, task, &frames, &outcome, *lock, err))
        return false;
    if (!fork_worker(task, filtered, &frames, &processes->worker, err))
        return false; /* the installer sees the end of the pipe */
    fd_close(lock);
    processes->outcome = fd_take(&outcome.read);
    return true;
}

/* The worker may still drain the body, but not for ever. Returns the signal that killed it; 0:
 * none, or our own. */
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

/* The installer only sees that the pipe ended. The parent knows which signal killed the worker. */
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

/* The settings can be saved although the journal cannot be read. */
static bool save(const struct camera *camera, struct error *err)
{
    const struct settings settings = camera_settings(camera);
    struct error ignored = ERROR_EMPTY;
    struct journal_record record;

    if (camera_read_journal_even_lost(camera, &record, &ignored) && !admit_save(&record, err))
        return false;
    return settings_save(&settings, err);
}

/* `must_restart`: whether the camera restarts, after a failure too. */
static bool do_work(const struct camera *camera, const struct processes_errand *errand,
                    bool *must_restart, struct error *err)
{
    bool done = true;

    *must_restart = false;
    if (errand->work == PROCESSES_ROLL_BACK)
        return by_hand_roll_back(camera, false, must_restart, err);
    if (errand->work == PROCESSES_SAVE)
        done = save(camera, err);
    else if (errand->work == PROCESSES_CONFIRM)
        done = by_hand_confirm(camera, err);
    *must_restart = done && errand->restarts;
    return done;
}

static int run_errand(const struct camera *camera, const struct processes_errand *errand, int *lock,
                      int front)
{
    struct error err = ERROR_EMPTY;
    bool must_restart;
    bool done = do_work(camera, errand, &must_restart, &err);

    if (!done) /* the front may have been killed: the reply is not the only place */
        log_line(&camera->log, "%s", err.text);
    if (!must_restart) /* before the reply: its reader may send another request at once */
        fd_close(lock);
    outcome_tell(front, done ? NULL : &err);
    if (must_restart)
        install_restart(camera, front);
    return done ? 0 : 1;
}

bool processes_run(const struct camera *camera, const struct processes_errand *errand, int *lock,
                   struct processes *processes, struct error *err)
{
    CLEANUP(pipe_close) struct pipe outcome = PIPE_NONE;
    pid_t child;

    *processes = PROCESSES_NONE;
    if (!pipe_open(&outcome, err))
        return false;
    child = fork();
    if (child < 0)
        return process_fork_failed(err);
    if (child == 0) {
        const int kept[] = {outcome.write, *lock, camera->log_file};

        confine_installer(kept, COUNT_OF(kept));
        _exit(run_errand(camera, errand, lock, outcome.write));
    }
    fd_close(lock);
    fd_close(&outcome.write);
    processes->outcome = fd_take(&outcome.read);
    return outcome_hear(processes->outcome, err);
}
