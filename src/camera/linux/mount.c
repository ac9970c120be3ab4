/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/mount.h"

#include "base/fd.h"
#include "base/libc.h"
#include "base/number.h"
#include "base/span.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

static bool ask_statx(int fd, bool *is_mount)
{
    struct libc_attributes attributes;

    if (!libc_statx(fd, &attributes) || (attributes.known & LIBC_MOUNT_ROOT) == 0)
        return false;
    *is_mount = (attributes.set & LIBC_MOUNT_ROOT) != 0;
    return true;
}

static bool read_mount_id(int fd, uint64_t *id)
{
    CLEANUP(fd_close) int info = FD_NONE;
    struct error ignored = ERROR_EMPTY;
    struct span rest, line;
    char path[64], text[512];
    size_t size;

    (void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
    info = open(path, O_RDONLY | O_CLOEXEC);
    if (info == FD_NONE || !fd_read(info, text, sizeof(text), &size, &ignored))
        return false;
    for (rest = span_of(text, size); rest.size > 0;) {
        (void)span_split(&rest, '\n', &line);
        if (span_skip(&line, "mnt_id:\t"))
            return number_parse(line, UINT64_MAX, id);
    }
    return false;
}

static bool ask_fdinfo(int fd, int folder, bool *is_mount)
{
    uint64_t inside, around;

    if (!read_mount_id(fd, &inside) || !read_mount_id(folder, &around))
        return false;
    *is_mount = inside != around;
    return true;
}

static bool ask_device(int fd, int folder, bool *is_mount)
{
    struct stat inside, around;

    if (fstat(fd, &inside) != 0 || fstat(folder, &around) != 0)
        return false;
    *is_mount = inside.st_dev != around.st_dev;
    return true;
}

bool mount_ask(enum mount_way way, int fd, int folder, bool *is_mount)
{
    switch (way) {
    case MOUNT_STATX:
        return ask_statx(fd, is_mount);
    case MOUNT_FDINFO:
        return ask_fdinfo(fd, folder, is_mount);
    default:
        return ask_device(fd, folder, is_mount);
    }
}

bool mount_is_at(int fd, int folder)
{
    bool is_mount;

    for (enum mount_way way = 0; way < MOUNT_WAYS; way++)
        if (mount_ask(way, fd, folder, &is_mount))
            return is_mount;
    return true;
}

bool mount_sees_binds(void)
{
    CLEANUP(fd_close) int top = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ignored;

    return mount_ask(MOUNT_STATX, top, top, &ignored) ||
           mount_ask(MOUNT_FDINFO, top, top, &ignored);
}
