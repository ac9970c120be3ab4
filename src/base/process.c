/* SPDX-License-Identifier: Apache-2.0 */
#include "base/process.h"

#include "base/clock.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CANNOT_RUN = 127, POLL_MILLISECONDS = 10, ERROR_OUTPUT_SIZE = 4096 };

bool process_split(struct span text, struct process_command *command, struct error *err)
{
    char *word = command->text;
    char *rest = NULL;

    memset(command, 0, sizeof(*command));
    if (!span_copy(text, command->text, sizeof(command->text)))
        return error_set(err, ERROR_CONFIGURATION, "command longer than %d bytes",
                         PROCESS_TEXT_SIZE - 1);
    for (word = strtok_r(word, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        if (command->count == PROCESS_ARGUMENTS)
            return error_set(err, ERROR_CONFIGURATION, "command of more than %d words",
                             PROCESS_ARGUMENTS);
        command->arguments[command->count++] = word;
    }
    if (command->count > 0 && command->arguments[0][0] != '/')
        return error_set(err, ERROR_CONFIGURATION, "program %s: not an absolute path",
                         command->arguments[0]);
    return true;
}

void process_forbid_dumps(void)
{
    const struct rlimit none = {0, 0};

    /* Both: core_pattern may name a program, which the limit does not stop. */
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

pid_t process_fork_bound(int signal)
{
    pid_t parent = getpid();
    pid_t child = fork();

    if (child != 0)
        return child;
    (void)prctl(PR_SET_PDEATHSIG, (unsigned long)signal);
    if (getppid() != parent)
        _exit(CANNOT_RUN);
    return 0;
}

bool process_fork_failed(struct error *err)
{
    bool is_limit = errno == EAGAIN;

    (void)error_system(err, ERROR_INTERNAL, "internal error: fork");
    return is_limit && error_add(err, "a limit of processes: see ulimit -u and pids.max");
}

/* Forks with all signals blocked in the child. A Ctrl-C that is sent to our process group before
 * the child has left the group must not end it. */
static pid_t fork_with_signals_blocked(void)
{
    sigset_t all, before;
    pid_t child;

    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, &before);
    child = fork();
    if (child != 0)
        (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return child;
}

/* Discards signals that arrived while blocked (SIG_IGN does that), then restores the defaults. */
static void forget_signals(void)
{
    sigset_t none;

    for (int number = 1; number < NSIG; number++) {
        (void)signal(number, SIG_IGN);
        (void)signal(number, SIG_DFL);
    }
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* In the child: replaces it by the program. Never returns. */
static void become(const struct process_command *command, const char *const *more, int input,
                   int error_output)
{
    static const char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    char *arguments[2 * PROCESS_ARGUMENTS + 1] = {NULL};
    char *environment[] = {strdup(path), NULL};
    size_t count = 0;
    int nothing;

    for (size_t i = 0; i < command->count; i++)
        arguments[count++] = command->arguments[i];
    for (size_t i = 0; more != NULL && more[i] != NULL && count < 2 * PROCESS_ARGUMENTS; i++)
        arguments[count++] = strdup(more[i]);
    forget_signals();
    nothing = fd_open_null();
    (void)dup2(input == FD_NONE ? nothing : input, 0);
    (void)dup2(nothing, 1);
    (void)dup2(error_output == FD_NONE ? nothing : error_output, 2);
    fd_close_between(3, INT_MAX);
    (void)execve(command->arguments[0], arguments, environment);
    _exit(CANNOT_RUN);
}

static void keep_last_line(struct span output, struct process_outcome *outcome)
{
    struct span line, last = SPAN_EMPTY;
    bool more = true;

    while (more) {
        more = span_split(&output, '\n', &line);
        if (line.size > 0)
            last = line;
    }
    span_printable(last, outcome->last_line, sizeof(outcome->last_line));
}

/* Keeps only the last bytes of the program's output. False at its end. */
static bool take_output(int fd, unsigned char *tail, size_t *size)
{
    unsigned char piece[ERROR_OUTPUT_SIZE / 2];
    ssize_t got = read(fd, piece, sizeof(piece));
    size_t keep = *size < sizeof(piece) ? *size : sizeof(piece);

    if (got <= 0)
        return false;
    memmove(tail, tail + *size - keep, keep);
    memcpy(tail + keep, piece, (size_t)got);
    *size = keep + (size_t)got;
    return true;
}

/* Waits for the child and reads its standard error meanwhile. False if its time ran out. Asks for
 * the child itself, since the end of the output proves nothing: the program may close standard
 * error early, and a process that it left in the background may keep it open. */
static bool wait_for(pid_t child, int output, uint64_t deadline, struct process_outcome *outcome,
                     int *status)
{
    unsigned char tail[ERROR_OUTPUT_SIZE];
    size_t size = 0;
    bool open = true;
    bool ended = false;

    while (!ended) {
        if (open && fd_wait(output, POLL_MILLISECONDS))
            open = take_output(output, tail, &size);
        else if (!open)
            clock_sleep(POLL_MILLISECONDS);
        ended = waitpid(child, status, WNOHANG) == child;
        if (!ended && clock_milliseconds() >= deadline)
            break;
    }
    /* Take what is in the pipe, but do not wait for processes that keep it open. */
    while (ended && open && fd_wait(output, 0))
        open = take_output(output, tail, &size);
    keep_last_line(span_of(tail, size), outcome);
    return ended;
}

bool process_run(const struct process_command *command, const char *const *more, int input,
                 unsigned seconds, struct process_outcome *outcome, struct error *err)
{
    uint64_t deadline = seconds == 0 ? UINT64_MAX : clock_milliseconds() + seconds * UINT64_C(1000);
    CLEANUP(fd_close) int read_end = FD_NONE;
    CLEANUP(fd_close) int write_end = FD_NONE;
    int ends[2];
    int status = 0;
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_system(err, ERROR_INTERNAL, "internal error: pipe");
    read_end = ends[0];
    write_end = ends[1];
    child = fork_with_signals_blocked();
    if (child < 0)
        return process_fork_failed(err);
    if (child == 0) {
        (void)setpgid(0, 0);
        become(command, more, input, write_end);
    }
    /* Here and in the child: the group must exist before the kill below, whichever runs first. */
    (void)setpgid(child, child);
    fd_close(&write_end); /* otherwise the pipe never ends */
    if (!wait_for(child, read_end, deadline, outcome, &status)) {
        (void)kill(-child, SIGKILL);
        (void)waitpid(child, &status, 0);
        return error_set(err, ERROR_INTERNAL, "%s: ended after %u seconds", command->arguments[0],
                         seconds);
    }
    outcome->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    /* A program may exit with 127 by its own choice; then it usually says why. */
    if (outcome->status == CANNOT_RUN && outcome->last_line[0] == '\0')
        return error_set(err, ERROR_INTERNAL, "%s: cannot be run", command->arguments[0]);
    return true;
}

bool process_start(const struct process_command *command, struct error *err)
{
    pid_t child;

    /* No one waits for this child, so a failed exec would go unnoticed. */
    if (access(command->arguments[0], X_OK) != 0)
        return error_system(err, ERROR_INTERNAL, "%s", command->arguments[0]);
    child = fork_with_signals_blocked();
    if (child < 0)
        return process_fork_failed(err);
    if (child == 0) {
        (void)setsid();
        become(command, NULL, FD_NONE, FD_NONE);
    }
    return true;
}
