/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include "base/fd.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { UNTOLD_SIZE = 4096 }; /* first try for files that report size 0, such as those of /proc */

/* Moves the `size` bytes read so far to new memory of `capacity` bytes, and reads more after them.
 */
static bool read_on(int fd, size_t capacity, unsigned char **data, size_t *size, struct error *err)
{
    CLEANUP(memory_free) unsigned char *before = *data;
    void *memory;
    size_t got;

    *data = NULL;
    if (!memory_allocate(&memory, capacity, err))
        return false;
    *data = memory;
    if (before != NULL) {
        memcpy(*data, before, *size);
        memory_wipe(before, *size); /* it may contain a key or a password hash */
    }
    if (!fd_read(fd, *data + *size, capacity - *size, &got, err))
        return false;
    *size += got;
    return true;
}

/* Allocates the size that fstat reports plus one byte. If that byte stays free, the file was read
 * whole. Otherwise reads on, up to the limit: files of /proc and pipes report 0, and a file may
 * grow. */
bool file_read_open(int fd, size_t limit, unsigned char **data, size_t *size, struct error *err)
{
    CLEANUP(memory_free) unsigned char *read = NULL;
    size_t most = limit + 1, capacity = most;
    struct stat facts;

    if (fstat(fd, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot be read");
    if (facts.st_size < UNTOLD_SIZE)
        capacity = UNTOLD_SIZE < most ? UNTOLD_SIZE : most;
    else if ((uint64_t)facts.st_size < limit)
        capacity = (size_t)facts.st_size + 1;
    *size = 0;
    if (!read_on(fd, capacity, &read, size, err))
        return false;
    while (*size == capacity && capacity < most) {
        capacity = capacity < most / 2 ? 2 * capacity : most;
        if (!read_on(fd, capacity, &read, size, err))
            return false;
    }
    if (*size > limit)
        return error_set(err, ERROR_INTERNAL, "larger than %zu bytes", limit);
    *data = read;
    read = NULL;
    return true;
}

bool file_read(const char *path, size_t limit, unsigned char **data, size_t *size,
               struct error *err)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat facts;

    /* O_NONBLOCK: to open a FIFO must not wait for a writer. O_NOCTTY: nor take a terminal. */
    if (fd == FD_NONE || fstat(fd, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    if (!S_ISREG(facts.st_mode))
        return error_set(err, ERROR_INTERNAL, "cannot open %s: not a file", path);
    if (!file_read_open(fd, limit, data, size, err))
        return error_prefix(err, "%s", path);
    return true;
}

void file_folder(const char *path, char folder[FILE_PATH_SIZE])
{
    const char *slash = strrchr(path, '/');
    size_t size = slash == NULL ? 0 : (size_t)(slash - path);

    (void)snprintf(folder, FILE_PATH_SIZE, "%.*s%s", (int)size, path,
                   slash == NULL   ? "."
                   : slash == path ? "/"
                                   : "");
}

void file_give(int fd, const char *like)
{
    struct stat facts;

    /* Best effort: some file systems have no owners. */
    if (geteuid() == 0 && stat(like, &facts) == 0 && facts.st_uid != 0)
        (void)!fchown(fd, facts.st_uid, facts.st_gid);
}

int file_make(const char *path, int flags, unsigned mode)
{
    int fd = open(path, flags | O_CREAT | O_EXCL, mode);
    char folder[FILE_PATH_SIZE];

    if (fd != FD_NONE) {
        file_folder(path, folder);
        file_give(fd, folder);
    }
    return fd;
}

int file_open_plain(const char *path, int flags)
{
    /* O_NONBLOCK: a FIFO must not keep the caller waiting for its other end. */
    CLEANUP(fd_close) int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat facts;
    bool is_file;

    if (fd == FD_NONE || fstat(fd, &facts) != 0)
        return FD_NONE;
    is_file = S_ISREG(facts.st_mode);
    if (is_file && facts.st_nlink <= 1)
        return fd_take(&fd);
    fd_close(&fd);
    errno = is_file ? EMLINK : ENXIO;
    return FD_NONE;
}

int file_open_or_make(const char *path, int flags, unsigned mode)
{
    int fd = file_open_plain(path, flags);

    if (fd != FD_NONE || errno != ENOENT)
        return fd;
    fd = file_make(path, flags, mode);
    /* Another process has made it meanwhile. */
    return fd == FD_NONE && errno == EEXIST ? file_open_plain(path, flags) : fd;
}

/* The rename itself is durable only after its folder is synced. */
static bool sync_folder_of(const char *path, struct error *err)
{
    CLEANUP(fd_close) int fd = FD_NONE;
    char folder[FILE_PATH_SIZE];

    file_folder(path, folder);
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd == FD_NONE || fsync(fd) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot sync %s", folder);
    return true;
}

void file_take_after(int fd, const char *path)
{
    enum { PERMISSIONS = 0777, GROUP = 0070 };
    mode_t kept = PERMISSIONS;
    struct stat facts;

    if (stat(path, &facts) != 0)
        return;
    if (fchown(fd, facts.st_uid, facts.st_gid) != 0 && fchown(fd, (uid_t)-1, facts.st_gid) != 0)
        kept &= (mode_t)~GROUP;
    (void)fchmod(fd, facts.st_mode & kept);
}

static bool write_side(const char *side, const char *path, struct span bytes, unsigned mode,
                       struct error *err)
{
    CLEANUP(fd_close) int fd = FD_NONE;

    /* A run that was killed may have left one. O_EXCL then refuses a link made in between. */
    (void)unlink(side);
    fd = file_make(side, O_WRONLY | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot make %s", side);
    if (!fd_write(fd, bytes, err))
        return error_prefix(err, "%s", side);
    file_take_after(fd, path);
    if (!fd_commit(&fd, err))
        return error_prefix(err, "%s", side);
    return true;
}

bool file_replace(const char *path, struct span bytes, unsigned mode, struct error *err)
{
    char side[FILE_PATH_SIZE + 8];

    (void)snprintf(side, sizeof(side), "%s.new", path);
    if (!write_side(side, path, bytes, mode, err)) {
        (void)unlink(side);
        return false;
    }
    if (rename(side, path) != 0) {
        error_system(err, ERROR_INTERNAL, "cannot rename %s", side);
        (void)unlink(side);
        return false;
    }
    return sync_folder_of(path, err);
}

bool file_path(const char *folder, const char *name, char path[FILE_PATH_SIZE], struct error *err)
{
    int size = snprintf(path, FILE_PATH_SIZE, "%s/%s", folder, name);

    if (size < 0 || size >= FILE_PATH_SIZE)
        return error_set(err, ERROR_INTERNAL, "path of %s is too long", name);
    return true;
}
