/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/sandbox.h"

#include "ispupd/filter.h"

#include "base/fd.h"
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDER_SIZE = 64 };

/* `remedy` tells the user what to do. */
static bool fail(struct error *err, const char *what, const char *remedy)
{
    return error_set(err, ERROR_INTERNAL, "cannot give up rights: %s: %s: %s", what,
                     strerror(errno), remedy);
}

static bool replace_streams(struct error *err)
{
    CLEANUP(fd_close) int nothing = fd_open_null();

    return (nothing != FD_NONE && dup2(nothing, STDIN_FILENO) >= 0 &&
            dup2(nothing, STDOUT_FILENO) >= 0) ||
           fail(err, "the null device", "make its node, or mount devtmpfs");
}

/* The folder is removed at once: without a name, nothing can be put into it. */
static bool open_empty_folder(int *folder, struct error *err)
{
    static const char *const places[] = {"/run", "/tmp", "/"};
    char path[FOLDER_SIZE];

    for (size_t i = 0; i < COUNT_OF(places); i++) {
        (void)snprintf(path, sizeof(path), "%s/ispupd-XXXXXX", places[i]);
        if (mkdtemp(path) == NULL)
            continue;
        *folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        (void)rmdir(path);
        if (*folder != FD_NONE)
            return true;
    }
    return fail(err, "cannot make an empty folder", "make /run or /tmp writable");
}

static bool give_up_root(const struct sandbox *sandbox, struct error *err)
{
    CLEANUP(fd_close) int folder = FD_NONE;

    if (!open_empty_folder(&folder, err))
        return false;
    if (fchdir(folder) != 0 || chroot(".") != 0)
        return fail(err, "chroot", "start it with CAP_SYS_CHROOT, or not as root");
    if (setgroups(0, NULL) != 0 || setresgid(sandbox->group, sandbox->group, sandbox->group) != 0 ||
        setresuid(sandbox->user, sandbox->user, sandbox->user) != 0)
        return fail(err, "user and group",
                    "start it with CAP_SETUID and CAP_SETGID, or not as root");
    return true;
}

bool sandbox_enter(const struct sandbox *sandbox, struct error *err)
{
    if (!replace_streams(err))
        return false;
    /* An inherited descriptor of a folder would be a way out of the chroot. */
    fd_close_all_but(sandbox->kept, sandbox->kept_count);
    if (sandbox->is_root && !give_up_root(sandbox, err))
        return false;
    /* A change of user resets this flag, and the private key will be in memory. */
    process_forbid_dumps();
    /* The server is killed when the broker dies. */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        return fail(err, "prctl", "Linux 3.17 or newer is needed");
    if (getppid() != sandbox->broker)
        return error_set(err, ERROR_INTERNAL, "the broker has ended");
    return !sandbox->is_filtered || filter_enter(err);
}
