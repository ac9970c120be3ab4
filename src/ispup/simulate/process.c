/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/simulate/process.h"

#include "base/fd.h"
#include "base/number.h"
#include "base/process.h"
#include "base/signals.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CANNOT_RUN = 127, CHILDREN_SIZE = 4096 };

bool simulate_process_run(const char *const *words, struct error *err)
{
    struct process_command command = {.count = 1};
    struct process_outcome outcome = {.status = 0};

    command.arguments[0] = command.text;
    if (!span_copy(span_text(words[0]), command.text, sizeof(command.text)))
        return error_set(err, ERROR_INTERNAL, "path too long: %s", words[0]);
    if (!process_run(&command, words + 1, FD_NONE, 0, &outcome, err))
        return false;
    if (outcome.status != 0)
        return error_set(err, ERROR_INTERNAL, "%s %s: exit status %d: %s", words[0],
                         words[1] == NULL ? "" : words[1], outcome.status, outcome.last_line);
    return true;
}

static void become(const char *program, char *const *words, int log)
{
    int nothing = fd_open_null();
    sigset_t none;

    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)dup2(nothing, STDIN_FILENO);
    (void)dup2(log, STDOUT_FILENO);
    (void)dup2(log, STDERR_FILENO);
    fd_close_between(STDERR_FILENO + 1, INT_MAX);
    (void)execv(program, words);
    _exit(CANNOT_RUN);
}

bool simulate_process_start(const char *const *words, int log, pid_t *child, struct error *err)
{
    const char *program = words[0];
    char *arguments[SIMULATE_WORDS + 1] = {NULL};
    pid_t made = process_fork_bound(SIGKILL);

    if (made < 0)
        return error_system(err, ERROR_INTERNAL, "cannot start %s", program);
    if (made == 0) {
        arguments[0] = strdup(program);
        for (size_t i = 1; i < SIMULATE_WORDS && words[i] != NULL; i++)
            arguments[i] = strdup(words[i]);
        become(program, arguments, log);
    }
    *child = made;
    return true;
}

/* A list that is cut may end in half a number: the next call reads the rest. */
static bool read_children(pid_t parent, char text[CHILDREN_SIZE], struct span *list,
                          struct error *err)
{
    char path[64];
    CLEANUP(fd_close) int fd = FD_NONE;
    size_t size;

    (void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)parent, (int)parent);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    if (!fd_read(fd, text, CHILDREN_SIZE, &size, err))
        return false;
    *list = span_of(text, size);
    return true;
}

bool simulate_process_adopt(struct error *err)
{
    char text[CHILDREN_SIZE];
    struct span list;

    if (prctl(PR_SET_CHILD_SUBREAPER, 1UL) != 0)
        return error_system(err, ERROR_INTERNAL, "internal error: cannot adopt processes");
    return read_children(getpid(), text, &list, err);
}

static void signal_children(pid_t parent, int signal)
{
    struct error ignored = ERROR_EMPTY;
    char text[CHILDREN_SIZE];
    struct span list, word;
    uint64_t number;

    if (!read_children(parent, text, &list, &ignored))
        return;
    while (span_split(&list, ' ', &word))
        if (number_parse(word, INT32_MAX, &number))
            (void)kill((pid_t)number, signal);
}

void simulate_process_signal(pid_t child, int signal)
{
    (void)kill(child, signal);
    signal_children(child, signal);
}

/* No pid is reused meanwhile: only this process reaps these children. */
void simulate_process_end_all(void)
{
    do
        signal_children(getpid(), SIGKILL);
    while (waitpid(-1, NULL, 0) > 0);
}

bool simulate_process_listen(int *fd, struct error *err)
{
    sigset_t signals;

    signals_heeded(&signals);
    (void)sigaddset(&signals, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &signals, NULL);
    *fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (*fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "internal error: signalfd");
    return true;
}

struct simulate_signals simulate_process_heed(int fd)
{
    struct simulate_signals seen = {.end = false};
    struct signalfd_siginfo one;

    while (read(fd, &one, sizeof(one)) == (ssize_t)sizeof(one)) {
        seen.child = seen.child || one.ssi_signo == SIGCHLD;
        seen.end = seen.end || one.ssi_signo != SIGCHLD;
    }
    return seen;
}
