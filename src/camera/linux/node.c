/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/node.h"

#include "base/fd.h"
#include "base/file.h"
#include "camera/linux/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* O_NONBLOCK: a FIFO that takes a file's place must not keep root waiting. */
enum {
    PERMISSIONS = 07777,
    READ_FLAGS = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
    NAME_FLAGS = O_PATH | O_CLOEXEC | O_NOFOLLOW
};

static enum store_kind kind_of(mode_t mode)
{
    if (S_ISREG(mode))
        return STORE_FILE;
    if (S_ISDIR(mode))
        return STORE_FOLDER;
    return S_ISLNK(mode) ? STORE_LINK : STORE_OTHER;
}

struct store_entry node_entry(const struct stat *facts)
{
    return (struct store_entry){.kind = kind_of(facts->st_mode),
                                .size = (uint64_t)facts->st_size,
                                .mode = facts->st_mode & PERMISSIONS,
                                .user = facts->st_uid,
                                .group = facts->st_gid};
}

bool node_folder_of(const char *path, int *folder, const char **name, struct error *err)
{
    const char *slash = strrchr(path, '/');
    char above[FILE_PATH_SIZE];

    *name = slash == NULL ? path : slash + 1;
    file_folder(path, above);
    *folder = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return *folder != FD_NONE || error_system(err, ERROR_INTERNAL, "cannot open %s", above);
}

/* Replaces STORE_TOP and a path by the opened folder and a name in it. `top` is owned. */
static bool enter(int *in, const char **name, int *top, struct error *err)
{
    if (*in != STORE_TOP)
        return true;
    if (!node_folder_of(*name, top, name, err))
        return false;
    *in = *top;
    return true;
}

static int open_kind(int in, const char *name, enum store_kind kind)
{
    if (kind == STORE_LINK)
        return openat(in, name, NAME_FLAGS);
    return openat(in, name, READ_FLAGS | (kind == STORE_FOLDER ? O_DIRECTORY : 0));
}

/* The kind is asked before the opening, because to open a device may do something; and after it,
 * because another user may have changed the name in between. */
static bool open_entry(int in, const char *name, struct store_entry *entry, int *node,
                       struct error *err)
{
    CLEANUP(fd_close) int fd = FD_NONE;
    enum store_kind kind;
    struct stat facts;

    if (fstatat(in, name, &facts, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT || error_system(err, ERROR_INTERNAL, "cannot look");
    kind = kind_of(facts.st_mode);
    if (kind != STORE_OTHER) {
        fd = open_kind(in, name, kind);
        if (fd == FD_NONE && errno == ENOENT)
            return true;
        if (fd == FD_NONE || fstat(fd, &facts) != 0)
            return error_system(err, ERROR_INTERNAL, "cannot open");
        if (kind_of(facts.st_mode) != kind)
            return error_set(err, ERROR_INTERNAL, "changed while it was opened");
    }
    *entry = node_entry(&facts);
    entry->is_mount = fd != FD_NONE && mount_is_at(fd, in);
    *node = fd_take(&fd);
    return true;
}

bool node_open(struct store *store, int in, const char *name, struct store_entry *entry, int *node,
               struct error *err)
{
    CLEANUP(fd_close) int top = FD_NONE;

    (void)store;
    *entry = (struct store_entry){.kind = STORE_NOTHING};
    *node = STORE_NO_NODE;
    return enter(&in, &name, &top, err) && open_entry(in, name, entry, node, err);
}

/* The owner of the parent folder may replace the new folder between mkdirat and openat. So
 * node_take makes the opened folder ours before anything is put into it. */
static int make_folder(int in, const char *name)
{
    int fd;

    if (mkdirat(in, name, 0700) != 0)
        return FD_NONE;
    fd = openat(in, name, READ_FLAGS | O_DIRECTORY);
    if (fd != FD_NONE)
        node_take(fd);
    return fd;
}

/* NOLINTNEXTLINE(readability-function-size): the port's parameters */
bool node_make(struct store *store, int in, const char *name, enum store_kind kind, const char *to,
               int *node, struct error *err)
{
    CLEANUP(fd_close) int top = FD_NONE;

    (void)store;
    *node = STORE_NO_NODE;
    if (!enter(&in, &name, &top, err))
        return false;
    if (kind == STORE_FOLDER)
        *node = make_folder(in, name);
    else if (kind == STORE_FILE)
        *node = openat(in, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    else if (symlinkat(to, in, name) == 0)
        *node = openat(in, name, NAME_FLAGS);
    return *node != STORE_NO_NODE || error_system(err, ERROR_INTERNAL, "cannot make");
}

/* NOLINTNEXTLINE(readability-function-size): the port's parameters */
bool node_read(struct store *store, int node, uint64_t at, void *data, size_t capacity, size_t *got,
               struct error *err)
{
    (void)store;
    return fd_read_at(node, at, data, capacity, got, err);
}

bool node_write(struct store *store, int node, uint64_t at, struct span bytes, struct error *err)
{
    (void)store;
    return fd_write_at(node, at, bytes, err);
}

bool node_read_link(struct store *store, int node, char *to, size_t capacity, struct error *err)
{
    ssize_t size = readlinkat(node, "", to, capacity);

    (void)store;
    if (size < 0)
        return error_system(err, ERROR_INTERNAL, "cannot read the link");
    if ((size_t)size >= capacity)
        return error_set(err, ERROR_INTERNAL, "leads to a name that is too long");
    to[size] = '\0';
    return true;
}

void node_take(int folder)
{
    /* A file system without owners refuses this, and has no other user to shut out. */
    if (geteuid() == 0)
        (void)!fchown(folder, 0, getegid());
    (void)!fchmod(folder, 0700);
}

/* Only root may change an owner. For other users the entry stays their own (EPERM). The same holds
 * in a user namespace that does not map the owner (EINVAL). The mode is set last: a change of owner
 * clears the set-user-ID bit. */
bool node_give(int node, const struct store_entry *entry, struct error *err)
{
    if (fchownat(node, "", entry->user, entry->group, AT_EMPTY_PATH) != 0 && errno != EPERM &&
        errno != EINVAL)
        return error_system(err, ERROR_INTERNAL, "cannot set the owner");
    if (entry->kind != STORE_LINK && fchmod(node, entry->mode & PERMISSIONS) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot set the mode");
    return true;
}

bool node_finish(struct store *store, int node, const struct store_entry *entry, struct error *err)
{
    (void)store;
    if (!node_give(node, entry, err))
        return false;
    /* A link has no bytes of its own to sync: its folder holds it. */
    if (entry->kind != STORE_LINK && fsync(node) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot sync");
    return true;
}

void node_close(struct store *store, int *node)
{
    (void)store;
    fd_close(node);
}
