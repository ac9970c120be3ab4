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

enum { UNTOLD_SIZE = 4096 };

/* Reads on into `capacity` bytes of its own, behind the `size` that have been read. */
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
        explicit_bzero(before, *size); /* it may be secret */
    }
    if (!fd_read(fd, *data + *size, capacity - *size, &got, err))
        return false;
    *size += got;
    return true;
}

/* Room for what the file tells of its size, and for a byte more: whether that was all is asked of
 * its bytes, since files of /proc and /sys tell nothing. Then for all that is allowed. */
static bool read_all(int fd, uint64_t told, size_t limit, unsigned char **data, size_t *size,
                     struct error *err)
{
    CLEANUP(memory_free) unsigned char *read = NULL;
    size_t most = limit + 1;
    size_t first = told < limit ? (size_t)told + 1 : most;

    if (told == 0)
        first = UNTOLD_SIZE < most ? UNTOLD_SIZE : most;
    *size = 0;
    if (!read_on(fd, first, &read, size, err))
        return false;
    if (*size == first && first < most && !read_on(fd, most, &read, size, err))
        return false;
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

    if (fd == FD_NONE || fstat(fd, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    if (!S_ISREG(facts.st_mode))
        return error_set(err, ERROR_INTERNAL, "cannot open %s: not a file", path);
    if (!read_all(fd, (uint64_t)facts.st_size, limit, data, size, err))
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

int file_open_or_make(const char *path, int flags, unsigned mode)
{
    int fd = open(path, flags);

    if (fd != FD_NONE || errno != ENOENT)
        return fd;
    fd = file_make(path, flags, mode);
    /* Somebody else has made it meanwhile. */
    return fd == FD_NONE && errno == EEXIST ? open(path, flags) : fd;
}

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

static bool write_side(const char *side, const char *path, struct span bytes, unsigned mode,
                       struct error *err)
{
    CLEANUP(fd_close) int fd = FD_NONE;

    (void)unlink(side);
    fd = file_make(side, O_WRONLY | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot make %s", side);
    file_give(fd, path);
    if (!fd_write(fd, bytes, err) || !fd_commit(&fd, err))
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
    if (rename(side, path) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot rename %s", side);
    return sync_folder_of(path, err);
}

bool file_path(const char *folder, const char *name, char path[FILE_PATH_SIZE], struct error *err)
{
    int size = snprintf(path, FILE_PATH_SIZE, "%s/%s", folder, name);

    if (size < 0 || size >= FILE_PATH_SIZE)
        return error_set(err, ERROR_INTERNAL, "path of %s is too long", name);
    return true;
}
