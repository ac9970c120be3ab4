/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/store.h"

#include "base/fd.h"
#include "base/file.h"
#include "camera/linux/mount.h"
#include "camera/linux/node.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

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
    *entry = node_entry(&facts);
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

/* The owner of the folder that `path` lies in takes the place of the entry's (base/file.h). */
static bool as_folder(const char *path, struct store_entry *entry, struct error *err)
{
    char folder[FILE_PATH_SIZE];
    struct stat facts = {.st_uid = (uid_t)-1, .st_gid = (gid_t)-1}; /* no change */

    file_folder(path, folder);
    if (geteuid() == 0 && stat(folder, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot look at %s", folder);
    entry->user = facts.st_uid;
    entry->group = facts.st_gid;
    return true;
}

static bool linux_make(struct store *store, const char *path, const struct store_entry *entry,
                       const char *to, struct error *err)
{
    CLEANUP(fd_close) int fd = FD_NONE;
    struct store_entry given = *entry;

    if (entry->as_folder && !as_folder(path, &given, err))
        return false;
    if (!node_make(store, STORE_TOP, path, entry->kind, to, &fd, err) ||
        !node_give(fd, &given, err))
        return error_prefix(err, "%s", path);
    return true;
}

static bool linux_write(struct store *store, const char *path, uint64_t at, struct span bytes,
                        struct error *err)
{
    CLEANUP(fd_close) int fd = file_open_plain(path, O_WRONLY | O_NOFOLLOW);

    (void)store;
    if (fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    if (!fd_write_at(fd, at, bytes, err))
        return error_prefix(err, "%s", path);
    return true;
}

/* A file is no link. A folder that the configuration names may be one. */
static bool linux_sync(struct store *store, const char *path, struct error *err)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    (void)store;
    if (fd == FD_NONE && errno == ELOOP)
        fd = open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
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

static bool linux_remove(struct store *store, const char *path, struct error *err)
{
    (void)store;
    return node_remove(path, err);
}

static bool linux_list(struct store *store, const char *path,
                       bool (*visit)(void *context, const char *name, struct error *err),
                       void *context, struct error *err)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot list %s", path);
    return node_list(store, fd, visit, context, err);
}

static bool linux_room(struct store *store, const char *path, uint64_t *bytes, struct error *err)
{
    struct statvfs facts;

    (void)store;
    if (statvfs(path, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot read the free room of %s", path);
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
    .write = linux_write,
    .sync = linux_sync,
    .rename = linux_rename,
    .can_rename = node_can_rename,
    .remove = linux_remove,
    .list = linux_list,
    .room = linux_room,
    .node_open = node_open,
    .node_make = node_make,
    .node_read = node_read,
    .node_write = node_write,
    .node_list = node_list,
    .node_read_link = node_read_link,
    .node_finish = node_finish,
    .node_is_fixed = node_is_fixed,
    .node_close = node_close,
};

struct store *store_linux(void)
{
    static const struct store machine = {.operations = &operations};

    /* The port is not const, for stores that have a state: this one has none. */
    return (struct store *)(uintptr_t)&machine;
}

bool store_sees_mounts(void)
{
    return mount_sees_binds();
}
