/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/lock.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Another user may have made it first, in /tmp, or a link of that name. */
static bool open_folder(const char *path, int *folder, struct error *err)
{
    CLEANUP(fd_close) int fd = FD_NONE;
    struct stat facts;

    if (mkdir(path, S_IRWXU) != 0 && errno != EEXIST)
        return error_system(err, ERROR_INTERNAL, "cannot make %s", path);
    fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd == FD_NONE || fstat(fd, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    if (facts.st_uid != geteuid() || (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return error_set(err, ERROR_INTERNAL, "%s is not a folder of this user alone", path);
    *folder = fd_take(&fd);
    return true;
}

static bool try_folder(struct lock *lock, const char *parent, const char *name, struct error *err)
{
    CLEANUP(fd_close) int folder = FD_NONE;

    return file_path(parent, name, lock->folder, err) && open_folder(lock->folder, &folder, err);
}

static bool find_folder(struct lock *lock, struct error *err)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    char name[32];

    if (geteuid() == 0) {
        (void)mkdir("/run/ispup", S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH);
        if (try_folder(lock, "/run/ispup", "push", err))
            return true;
    } else if (runtime != NULL && runtime[0] == '/' && try_folder(lock, runtime, "ispup", err)) {
        return true;
    }
    (void)snprintf(name, sizeof(name), "ispup-%u", (unsigned)geteuid());
    return try_folder(lock, "/tmp", name, err);
}

bool lock_prepare(struct lock *lock, const char *address, unsigned zone, unsigned port,
                  struct error *err)
{
    char text[128];
    struct digest digest;

    *lock = LOCK_NONE;
    (void)snprintf(text, sizeof(text), "%s%%%u %u", address, zone, port);
    digest_of(span_text(text), &digest);
    digest_format(&digest, lock->name);
    return find_folder(lock, err);
}

/* The holder before may have removed the file after it was opened here: then the lock is of no
 * file, and no one else would see it. */
static bool is_removed(int fd)
{
    struct stat facts;

    return fstat(fd, &facts) == 0 && facts.st_nlink == 0;
}

bool lock_try(struct lock *lock, bool *taken, struct error *err)
{
    CLEANUP(fd_close) int folder = FD_NONE;
    CLEANUP(fd_close) int fd = FD_NONE;

    *taken = false;
    if (!open_folder(lock->folder, &folder, err))
        return false;
    do {
        fd_close(&fd);
        fd = openat(folder, lock->name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
                    S_IRUSR | S_IWUSR);
        if (fd == FD_NONE)
            return error_system(err, ERROR_INTERNAL, "cannot make a file in %s", lock->folder);
        if (flock(fd, LOCK_EX | LOCK_NB) != 0)
            return errno == EWOULDBLOCK ||
                   error_system(err, ERROR_INTERNAL, "cannot lock a file in %s", lock->folder);
    } while (is_removed(fd));
    lock->fd = fd_take(&fd);
    *taken = true;
    return true;
}

void lock_release(struct lock *lock)
{
    struct error ignored = ERROR_EMPTY;
    CLEANUP(fd_close) int folder = FD_NONE;

    if (lock->fd != FD_NONE && open_folder(lock->folder, &folder, &ignored))
        (void)unlinkat(folder, lock->name, 0);
    fd_close(&lock->fd);
}
