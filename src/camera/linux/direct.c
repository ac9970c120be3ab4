/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/direct.h"

#include "base/fd.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { PAGE = 4096, BOUNCE = 64 * 1024 };

static bool set(struct direct *direct, bool wanted)
{
    int flags = fcntl(direct->fd, F_GETFL);

    flags = wanted ? flags | O_DIRECT : flags & ~O_DIRECT;
    if (fcntl(direct->fd, F_SETFL, flags) != 0)
        return false;
    direct->is_set = wanted;
    return true;
}

/* Some file systems accept O_DIRECT and then refuse an offset or a size: continue without it. */
static bool may_go_on(struct direct *direct)
{
    return errno == EINTR || (errno == EINVAL && direct->is_set && set(direct, false));
}

/* Reads at least `need` and at most `capacity` bytes. */
static bool read_piece(struct direct *direct, uint64_t at, unsigned char *data, size_t need,
                       size_t capacity, struct error *err)
{
    size_t got = 0;

    while (got < need) {
        ssize_t count = pread(direct->fd, data + got, capacity - got, (off_t)(at + got));

        if (count < 0 && may_go_on(direct))
            continue;
        if (count < 0)
            return error_system(err, ERROR_FLASH, "%s: reading at 0x%llx", direct->where,
                                (unsigned long long)at);
        if (count == 0)
            return error_set(err, ERROR_FLASH, "%s: ends at 0x%llx, is shorter than before",
                             direct->where, (unsigned long long)(at + got));
        got += (size_t)count;
    }
    return true;
}

/* One step of a direct read: whole pages into `data` if it is aligned, else through the bounce
 * buffer. `size`: on entry the bytes that are left, on return the bytes that were read. */
static bool read_aligned(struct direct *direct, uint64_t at, unsigned char *data, size_t *size,
                         struct error *err)
{
    size_t skip = at % PAGE;
    size_t piece = *size < BOUNCE - skip ? *size : BOUNCE - skip;
    size_t whole = *size - *size % PAGE;

    if (skip == 0 && (uintptr_t)data % PAGE == 0 && whole > 0) {
        *size = whole;
        return read_piece(direct, at, data, whole, whole, err);
    }
    if (!read_piece(direct, at - skip, direct->bounce, skip + piece, BOUNCE, err))
        return false;
    memcpy(data, direct->bounce + skip, piece);
    *size = piece;
    return true;
}

bool direct_read(struct direct *direct, uint64_t at, void *to, size_t size, struct error *err)
{
    unsigned char *data = to;

    while (size > 0 && direct->is_set) {
        size_t piece = size;

        if (!read_aligned(direct, at, data, &piece, err))
            return false;
        at += piece;
        data += piece;
        size -= piece;
    }
    if (size == 0)
        return true;
    if (direct->is_dirty && !direct_sync(direct, err))
        return false;
    (void)posix_fadvise(direct->fd, (off_t)at, (off_t)size, POSIX_FADV_DONTNEED);
    return read_piece(direct, at, data, size, size, err);
}

bool direct_write(struct direct *direct, uint64_t at, struct span bytes, struct error *err)
{
    direct->is_dirty = true;
    while (bytes.size > 0) {
        ssize_t count = pwrite(direct->fd, bytes.data, bytes.size, (off_t)at);

        if (count < 0 && may_go_on(direct))
            continue;
        if (count < 0)
            return error_system(err, ERROR_FLASH, "%s: writing at 0x%llx", direct->where,
                                (unsigned long long)at);
        at += (uint64_t)count;
        bytes = span_from(bytes, (size_t)count);
    }
    return true;
}

bool direct_sync(struct direct *direct, struct error *err)
{
    if (direct->fd != FD_NONE && fdatasync(direct->fd) != 0)
        return error_system(err, ERROR_FLASH, "%s: syncing", direct->where);
    direct->is_dirty = false;
    return true;
}

bool direct_make(struct direct *direct, const char *where, struct error *err)
{
    void *bounce;

    *direct = (struct direct){.fd = FD_NONE};
    if (!memory_allocate(&bounce, BOUNCE, err))
        return false;
    direct->bounce = bounce;
    direct->where = strdup(where);
    return direct->where != NULL || error_set(err, ERROR_INTERNAL, "internal error: no memory");
}

void direct_discard(struct direct *direct)
{
    fd_close(&direct->fd);
    memory_free(&direct->bounce);
    memory_free(&direct->where);
}

void direct_use(struct direct *direct, int fd)
{
    direct->fd = fd;
    /* Another program may have left unsynced bytes in the cache. */
    direct->is_dirty = true;
    (void)set(direct, true);
}
