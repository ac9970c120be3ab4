/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/simulate/medium.h"

#include "base/fd.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#define NEEDS "this fault needs root with CAP_SYS_ADMIN, or another user and user namespaces"
enum { PIECE_SIZE = 4096, TEXT_SIZE = 64 };

static bool write_self(const char *path, const char *text)
{
    CLEANUP(fd_close) int fd = open(path, O_WRONLY | O_CLOEXEC);
    struct error ignored = ERROR_EMPTY;

    return fd != FD_NONE && fd_write(fd, span_text(text), &ignored);
}

/* The user keeps its id: the programs that run there are not root. */
static bool enter_user_namespace(uid_t user, gid_t group)
{
    char users[TEXT_SIZE], groups[TEXT_SIZE];

    (void)snprintf(users, sizeof(users), "%u %u 1", (unsigned)user, (unsigned)user);
    (void)snprintf(groups, sizeof(groups), "%u %u 1", (unsigned)group, (unsigned)group);
    return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
           write_self("/proc/self/setgroups", "deny") && write_self("/proc/self/uid_map", users) &&
           write_self("/proc/self/gid_map", groups);
}

/* A mount namespace of our own: no other process sees its mounts. Root enters no user namespace:
 * its programs would be root with one user, and could not become another. */
static bool enter_mount_namespace(void)
{
    uid_t user = geteuid();
    gid_t group = getegid();

    return (unshare(CLONE_NEWNS) == 0 || (user != 0 && enter_user_namespace(user, group))) &&
           mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

bool simulate_medium_make(const char *folder, struct error *err)
{
    char size[TEXT_SIZE];

    (void)snprintf(size, sizeof(size), "size=%d", (int)SIMULATE_MEDIUM_SIZE);
    if (!enter_mount_namespace())
        return error_system(err, ERROR_INTERNAL, NEEDS);
    if (mount("ispup-simulate", folder, "tmpfs", MS_NOSUID | MS_NODEV, size) != 0)
        return error_system(err, ERROR_INTERNAL, NEEDS ": cannot mount on %s", folder);
    return true;
}

bool simulate_medium_fill(const char *folder, const char *name, struct error *err)
{
    static const unsigned char piece[PIECE_SIZE];
    char path[FILE_PATH_SIZE];
    CLEANUP(fd_close) int fd = FD_NONE;

    if (!file_path(folder, name, path, err))
        return false;
    fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    while (fd != FD_NONE && write(fd, piece, sizeof(piece)) > 0)
        continue;
    if (errno != ENOSPC)
        return error_system(err, ERROR_INTERNAL, "cannot fill %s", path);
    return true;
}

void simulate_medium_remove(const char *folder)
{
    (void)umount2(folder, MNT_DETACH);
}
