/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a file or folder can be renamed or removed, as far as that can be told without doing it.
 */
#include "camera/linux/node.h"

#include "base/fd.h"
#include "base/libc.h"
#include "camera/linux/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

enum {
    FIXED = LIBC_IMMUTABLE | LIBC_APPEND,
    FUSE_MAGIC = 0x65735546, /* the linux/magic.h of an older kernel does not have it */
};

/* chattr +i or +a: not even root renames it, or a name in it. `is_told` is false if the file system
 * may have such files and does not tell. */
static bool is_fixed(int fd, bool *is_told)
{
    struct libc_attributes attributes;
    int flags = 0;

    *is_told = true;
    if (libc_statx(fd, &attributes) && (attributes.known & FIXED) == FIXED)
        return (attributes.set & FIXED) != 0;
    if (libc_ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0)
        return (flags & (FS_IMMUTABLE_FL | FS_APPEND_FL)) != 0;
    *is_told = errno == ENOTTY || errno == EOPNOTSUPP;
    return false;
}

bool node_is_fixed(struct store *store, int node)
{
    bool ignored;

    (void)store;
    return is_fixed(node, &ignored);
}

/* Overlayfs renames no folder of its lower layer (EXDEV). A FUSE file system may have any such
 * limit. */
static bool has_layers(int fd)
{
    struct statfs facts;
    unsigned long kind;

    if (fstatfs(fd, &facts) != 0)
        return true;
    kind = (unsigned long)facts.f_type; /* signed, and its size depends on the architecture */
    return kind == OVERLAYFS_SUPER_MAGIC || kind == FUSE_MAGIC;
}

/* Opened for reading if possible: what is opened with O_PATH has no ioctl. */
static int open_any(int folder, const char *name)
{
    const int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    int fd = openat(folder, name, O_RDONLY | flags);

    return fd != FD_NONE || errno == ENOENT ? fd : openat(folder, name, O_PATH | flags);
}

bool node_can_rename(struct store *store, const char *path, bool *is_sure, struct error *err)
{
    CLEANUP(fd_close) int folder = FD_NONE;
    CLEANUP(fd_close) int fd = FD_NONE;
    const char *name;
    bool told, folder_told;

    (void)store;
    *is_sure = true;
    if (!node_folder_of(path, &folder, &name, err))
        return false;
    fd = open_any(folder, name);
    if (fd == FD_NONE)
        return errno == ENOENT || error_system(err, ERROR_INTERNAL, "cannot look at %s", path);
    if (mount_is_at(fd, folder))
        return error_set(err, ERROR_INTERNAL,
                         "%s is a mount point, which cannot be renamed: name a folder in it", path);
    if (is_fixed(fd, &told) || is_fixed(folder, &folder_told))
        return error_set(err, ERROR_INTERNAL,
                         "%s cannot be renamed: it or its folder is immutable: chattr -i -a", path);
    *is_sure = told && folder_told && !has_layers(folder);
    return true;
}
