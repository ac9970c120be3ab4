/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/cage.h"

#include "ispupd/filter.h"

#include "base/fd.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDER_SIZE = 64 };

static bool fail(struct error *err, const char *what)
{
    return error_system(err, ERROR_INTERNAL, "cannot give up rights: %s", what);
}

/* The least of the kept ones that is `from` or above; FD_NONE without one. */
static int next_kept(const struct cage *cage, int from)
{
    int next = FD_NONE;

    for (size_t i = 0; i < cage->kept_count; i++)
        if (cage->kept[i] >= from && (next == FD_NONE || cage->kept[i] < next))
            next = cage->kept[i];
    return next;
}

/* A folder that somebody left open would lead out of an empty one. */
static bool close_others(const struct cage *cage, struct error *err)
{
    int from = STDERR_FILENO + 1, next;

    while ((next = next_kept(cage, from)) != FD_NONE) {
        if (next > from && close_range((unsigned)from, (unsigned)next - 1, 0) != 0)
            return fail(err, "close_range");
        from = next + 1;
    }
    return close_range((unsigned)from, ~0U, 0) == 0 || fail(err, "close_range");
}

static bool replace_streams(struct error *err)
{
    CLEANUP(fd_close) int nothing = fd_open_null();

    return (nothing != FD_NONE && dup2(nothing, STDIN_FILENO) >= 0 &&
            dup2(nothing, STDOUT_FILENO) >= 0) ||
           fail(err, "standard streams");
}

/* Made, opened, and removed again at once: what nobody has a name for stays empty. */
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
    return fail(err, "no empty folder can be made in /run or /tmp");
}

static bool give_up_root(const struct cage *cage, struct error *err)
{
    CLEANUP(fd_close) int folder = FD_NONE;

    if (!open_empty_folder(&folder, err))
        return false;
    if (fchdir(folder) != 0 || chroot(".") != 0)
        return fail(err, "chroot");
    if (setgroups(0, NULL) != 0 || setresgid(cage->group, cage->group, cage->group) != 0 ||
        setresuid(cage->user, cage->user, cage->user) != 0)
        return fail(err, "user and group");
    return true;
}

bool cage_enter(const struct cage *cage, struct error *err)
{
    const struct rlimit none = {0, 0};

    if (!replace_streams(err) || !close_others(cage, err) ||
        (cage->is_root && !give_up_root(cage, err)))
        return false;
    (void)setrlimit(RLIMIT_CORE, &none);
    /* The private key is in memory; and without the broker there is nothing to serve. */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        return fail(err, "prctl");
    if (getppid() != cage->broker)
        return error_set(err, ERROR_INTERNAL, "the process that began this one has ended");
    return !cage->is_filtered || filter_enter(err);
}
