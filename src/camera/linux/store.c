/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/store.h"

#include "base/fd.h"
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { PERMISSIONS = 07777, FOLDERS_OPEN = 16 };

static enum store_kind kind_of(mode_t mode)
{
    if (S_ISREG(mode))
        return STORE_FILE;
    if (S_ISDIR(mode))
        return STORE_FOLDER;
    return S_ISLNK(mode) ? STORE_LINK : STORE_OTHER;
}

static bool linux_look(struct store *store, const char *path, struct store_entry *entry,
                       struct error *err)
{
    struct stat facts;

    (void)store;
    *entry = (struct store_entry){.kind = STORE_NOTHING};
    if (lstat(path, &facts) != 0) {
        if (errno == ENOENT)
            return true;
        return error_system(err, ERROR_INTERNAL, "cannot look at %s", path);
    }
    *entry = (struct store_entry){.kind = kind_of(facts.st_mode),
                                  .size = (uint64_t)facts.st_size,
                                  .mode = facts.st_mode & PERMISSIONS,
                                  .user = facts.st_uid,
                                  .group = facts.st_gid};
    return true;
}

/* NOLINTNEXTLINE(readability-function-size): the port's parameters */
static bool linux_read(struct store *store, const char *path, uint64_t at, void *data,
                       size_t capacity, size_t *got, struct error *err)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    (void)store;
    if (fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    if (!fd_read_at(fd, at, data, capacity, got, err))
        return error_prefix(err, "%s", path);
    return true;
}

static bool make_bare(const char *path, enum store_kind kind, const char *to)
{
    CLEANUP(fd_close) int fd = FD_NONE;

    if (kind == STORE_FOLDER)
        return mkdir(path, 0700) == 0;
    if (kind == STORE_LINK)
        return symlink(to, path) == 0;
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    return fd != FD_NONE;
}

/* Only root may give things away; for everybody else they stay his own, and so they do in a user
 * namespace that does not know the other (EINVAL). */
static bool give(const char *path, const struct store_entry *entry)
{
    char folder[FILE_PATH_SIZE];
    struct stat facts = {.st_uid = entry->user, .st_gid = entry->group};

    if (entry->as_folder) {
        if (geteuid() != 0)
            return true;
        file_folder(path, folder);
        if (stat(folder, &facts) != 0)
            return false;
    }
    return lchown(path, facts.st_uid, facts.st_gid) == 0 || errno == EPERM || errno == EINVAL;
}

static bool linux_make(struct store *store, const char *path, const struct store_entry *entry,
                       const char *to, struct error *err)
{
    (void)store;
    if (!make_bare(path, entry->kind, to))
        return error_system(err, ERROR_INTERNAL, "cannot make %s", path);
    /* The mode comes last: a change of owner takes the set-user-ID bit off. */
    if (!give(path, entry))
        return error_system(err, ERROR_INTERNAL, "cannot set the owner of %s", path);
    if (entry->kind != STORE_LINK && chmod(path, entry->mode & PERMISSIONS) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot set the mode of %s", path);
    return true;
}

static bool linux_read_link(struct store *store, const char *path, char *to, size_t capacity,
                            struct error *err)
{
    ssize_t size = readlink(path, to, capacity);

    (void)store;
    if (size < 0)
        return error_system(err, ERROR_INTERNAL, "cannot read the link %s", path);
    if ((size_t)size >= capacity)
        return error_set(err, ERROR_INTERNAL, "link %s leads to a name that is too long", path);
    to[size] = '\0';
    return true;
}

/* A copy of what is read-only is so from the beginning: for all but root it is opened up for the
 * moment. */
static int open_for_writing(const char *path)
{
    const int flags = O_WRONLY | O_CLOEXEC | O_NOFOLLOW;
    int fd = open(path, flags);
    struct stat facts;

    if (fd != FD_NONE || errno != EACCES)
        return fd;
    if (lstat(path, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_uid == geteuid() &&
        chmod(path, (facts.st_mode & PERMISSIONS) | S_IWUSR) == 0) {
        fd = open(path, flags);
        (void)chmod(path, facts.st_mode & PERMISSIONS);
    }
    errno = EACCES;
    return fd;
}

static bool linux_write(struct store *store, const char *path, uint64_t at, struct span bytes,
                        struct error *err)
{
    CLEANUP(fd_close) int fd = open_for_writing(path);

    (void)store;
    if (fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    if (!fd_write_at(fd, at, bytes, err))
        return error_prefix(err, "%s", path);
    return true;
}

static bool linux_sync(struct store *store, const char *path, struct error *err)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    (void)store;
    if (fd == FD_NONE || fsync(fd) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot sync %s", path);
    return true;
}

static bool linux_rename(struct store *store, const char *from, const char *to, struct error *err)
{
    (void)store;
    if (rename(from, to) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot rename %s to %s", from, to);
    return true;
}

static int remove_one(const char *path, const struct stat *facts, int kind, struct FTW *at)
{
    (void)facts;
    (void)kind;
    (void)at;
    return remove(path);
}

static bool linux_remove(struct store *store, const char *path, struct error *err)
{
    (void)store;
    /* What a folder holds before the folder; links themselves, not what they lead to. */
    if (nftw(path, remove_one, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
        return error_system(err, ERROR_INTERNAL, "cannot remove %s", path);
    return true;
}

/* What alphasort does, but not in the locale's order. */
static int byte_order(const struct dirent **one, const struct dirent **other)
{
    return strcmp((*one)->d_name, (*other)->d_name);
}

static int is_entry(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static bool linux_list(struct store *store, const char *path,
                       bool (*visit)(void *context, const char *name, struct error *err),
                       void *context, struct error *err)
{
    struct dirent **names = NULL;
    int count = scandir(path, &names, is_entry, byte_order);
    bool good = true;

    (void)store;
    if (count < 0)
        return error_system(err, ERROR_INTERNAL, "cannot list %s", path);
    for (int i = 0; i < count; i++) {
        good = good && visit(context, names[i]->d_name, err);
        free(names[i]);
    }
    free(names);
    return good;
}

static bool linux_room(struct store *store, const char *path, uint64_t *bytes, struct error *err)
{
    struct statvfs facts;

    (void)store;
    if (statvfs(path, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot tell the room of %s", path);
    *bytes = (uint64_t)facts.f_bavail * facts.f_frsize;
    return true;
}

static bool linux_open(struct store *store, const char *path, int *fd, struct error *err)
{
    (void)store;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return *fd >= 0 || error_system(err, ERROR_INTERNAL, "cannot open %s", path);
}

static const struct store_operations operations = {
    .look = linux_look,
    .read = linux_read,
    .open = linux_open,
    .make = linux_make,
    .read_link = linux_read_link,
    .write = linux_write,
    .sync = linux_sync,
    .rename = linux_rename,
    .remove = linux_remove,
    .list = linux_list,
    .room = linux_room,
};

struct store *store_linux(void)
{
    static const struct store machine = {.operations = &operations};

    /* The port takes it as changeable for stores with a state: this one has none. */
    return (struct store *)(uintptr_t)&machine;
}
