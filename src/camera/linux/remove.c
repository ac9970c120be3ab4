/* SPDX-License-Identifier: Apache-2.0 */
/* Removes a file or a tree by descriptors. */
#include "camera/linux/node.h"

#include "base/fd.h"
#include "base/file.h"
#include "camera/linux/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FOLDERS_OPEN = 32 }; /* at a time */

struct removal {
    int folder; /* its entries are removed */
    int top;    /* the outermost folder that is removed */
    unsigned depth;
    unsigned *moved; /* counts the folders that were moved up to `top` */
    char *path;      /* of the present entry, FILE_PATH_SIZE bytes, for errors */
};

static bool failed(const struct removal *removal, struct error *err)
{
    return error_system(err, ERROR_INTERNAL, "cannot remove %s", removal->path);
}

/* A tree may be deeper than a process has descriptors. Its owner may have taken some of the new
 * names, but can make no more of them: node_take has taken `top` from him. */
static bool move_up(const struct removal *removal, const char *name, struct error *err)
{
    char up[32];

    do {
        (void)snprintf(up, sizeof(up), ".removed-%u", (*removal->moved)++);
        if (renameat(removal->folder, name, removal->top, up) == 0)
            return true;
    } while (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR);
    return failed(removal, err);
}

static bool remove_entry(void *context, const char *name, struct error *err);

/* Lists the outermost folder again after folders were moved up to it. */
static bool remove_entries(struct removal *removal, struct error *err)
{
    unsigned before;

    do {
        before = *removal->moved;
        if (!node_list(NULL, removal->folder, remove_entry, removal, err))
            return false;
    } while (removal->depth == 1 && *removal->moved != before);
    return true;
}

static bool remove_folder(const struct removal *removal, const char *name, struct error *err)
{
    CLEANUP(fd_close)
    int fd = openat(removal->folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    struct removal inner = *removal;

    if (fd == FD_NONE)
        return failed(removal, err);
    if (mount_is_at(fd, removal->folder))
        return error_set(err, ERROR_INTERNAL, "%s: is a mount point, unmount it", removal->path);
    node_take(fd);
    inner.folder = fd;
    inner.top = removal->depth == 0 ? fd : removal->top;
    inner.depth++;
    return remove_entries(&inner, err) &&
           (unlinkat(removal->folder, name, AT_REMOVEDIR) == 0 || failed(removal, err));
}

static bool remove_name(const struct removal *removal, const char *name, struct error *err)
{
    if (unlinkat(removal->folder, name, 0) == 0 || errno == ENOENT)
        return true;
    if (errno != EISDIR)
        return failed(removal, err);
    return removal->depth == FOLDERS_OPEN ? move_up(removal, name, err)
                                          : remove_folder(removal, name, err);
}

static bool remove_entry(void *context, const char *name, struct error *err)
{
    const struct removal *removal = context;
    size_t used = strlen(removal->path);
    bool removed;

    (void)snprintf(removal->path + used, FILE_PATH_SIZE - used, "/%s", name);
    removed = remove_name(removal, name, err);
    removal->path[used] = '\0';
    return removed;
}

bool node_remove(const char *path, struct error *err)
{
    CLEANUP(fd_close) int folder = FD_NONE;
    char present[FILE_PATH_SIZE];
    unsigned moved = 0;
    struct removal removal = {.moved = &moved, .path = present};
    const char *name;

    if (!node_folder_of(path, &folder, &name, err))
        return false;
    (void)snprintf(present, sizeof(present), "%s", path);
    removal.folder = folder;
    return remove_name(&removal, name, err);
}
