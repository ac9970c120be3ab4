/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/broker/program.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The pipe-max-size of an ordinary user. A large pipe lets the body arrive while the program is
 * busy. */
enum { INPUT_PIPE_SIZE = 1024 * 1024 };

struct pipes {
    int input[2]; /* read end, write end */
    int output[2];
};

static void close_pipes(struct pipes *pipes)
{
    for (size_t i = 0; i < 2; i++) {
        fd_close(&pipes->input[i]);
        fd_close(&pipes->output[i]);
    }
}

bool program_find(const char *folder, const char *name, char path[FILE_PATH_SIZE],
                  struct error *err)
{
    struct stat facts;

    if (!file_path(folder, name, path, err))
        return false;
    if (stat(path, &facts) != 0 || !S_ISREG(facts.st_mode) || access(path, X_OK) != 0)
        return error_set(err, ERROR_HTTP_NOT_FOUND, "request: no such program");
    return true;
}

static bool open_pipes(struct pipes *pipes, struct error *err)
{
    if (pipe2(pipes->input, O_CLOEXEC) != 0 || pipe2(pipes->output, O_CLOEXEC) != 0 ||
        fcntl(pipes->input[1], F_SETFL, O_NONBLOCK) != 0 ||
        fcntl(pipes->output[0], F_SETFL, O_NONBLOCK) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot make a pipe");
    /* The kernel may refuse when many pipes are open. A small pipe is only slower. */
    (void)fcntl(pipes->input[1], F_SETPIPE_SZ, INPUT_PIPE_SIZE);
    return true;
}

/* The broker blocks and ignores signals. The program starts with the defaults. */
static int set_signals(posix_spawnattr_t *attributes)
{
    sigset_t none, all;

    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    (void)posix_spawnattr_setsigmask(attributes, &none);
    (void)posix_spawnattr_setsigdefault(attributes, &all);
    (void)posix_spawnattr_setpgroup(attributes, 0);
    return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                    POSIX_SPAWN_SETPGROUP);
}

static int set_files(posix_spawn_file_actions_t *files, const struct pipes *pipes)
{
    int cause = posix_spawn_file_actions_adddup2(files, pipes->input[0], 0);

    if (cause == 0)
        cause = posix_spawn_file_actions_adddup2(files, pipes->output[1], 1);
    return cause;
}

static int spawn(pid_t *pid, const char *path, const struct pipes *pipes, char *const *environment)
{
    char *arguments[] = {NULL, NULL};
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t files;
    int cause;

    arguments[0] = strdup(path);
    if (arguments[0] == NULL)
        return ENOMEM;
    (void)posix_spawnattr_init(&attributes);
    (void)posix_spawn_file_actions_init(&files);
    cause = set_signals(&attributes);
    if (cause == 0)
        cause = set_files(&files, pipes);
    if (cause == 0)
        cause = posix_spawn(pid, path, &files, &attributes, arguments, environment);
    (void)posix_spawn_file_actions_destroy(&files);
    (void)posix_spawnattr_destroy(&attributes);
    free(arguments[0]);
    return cause;
}

bool program_start(struct started *started, const char *path, char *const *environment,
                   struct error *err)
{
    CLEANUP(close_pipes) struct pipes pipes = {{FD_NONE, FD_NONE}, {FD_NONE, FD_NONE}};
    pid_t pid;

    if (!open_pipes(&pipes, err))
        return false;
    errno = spawn(&pid, path, &pipes, environment);
    if (errno != 0)
        return error_system(err, ERROR_INTERNAL, "cannot run %s", path);
    *started = (struct started){pid, fd_take(&pipes.input[1]), fd_take(&pipes.output[0])};
    return true;
}

void program_leave(struct started *started)
{
    fd_close(&started->input);
    fd_close(&started->output);
}
