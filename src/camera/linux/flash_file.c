/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/flash_file.h"

#include "base/fd.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { PAGE = 4096, BOUNCE = 64 * 1024, BLOCK_LEAST = 512, STAT_BLOCK = 512 };

struct flash_file {
    struct flash flash;
    int fd;                /* FD_NONE: not there, and opened for reading */
    bool direct;           /* past the page cache */
    bool dirty;            /* written since the last sync */
    unsigned char *bounce; /* owned; a page-aligned stop for reads that are not aligned */
    char *where;           /* owned */
    char path[FILE_PATH_SIZE];
};

static struct flash_file *file_of(struct flash *flash)
{
    return (struct flash_file *)flash;
}

static bool file_sync(struct flash *flash, struct error *err)
{
    struct flash_file *file = file_of(flash);

    if (file->fd != FD_NONE && fdatasync(file->fd) != 0)
        return error_system(err, ERROR_FLASH, "%s: syncing", flash->where);
    file->dirty = false;
    return true;
}

static bool set_direct(struct flash_file *file, bool direct)
{
    int flags = fcntl(file->fd, F_GETFL);

    flags = direct ? flags | O_DIRECT : flags & ~O_DIRECT;
    if (fcntl(file->fd, F_SETFL, flags) != 0)
        return false;
    file->direct = direct;
    return true;
}

/* Some file systems take O_DIRECT and then refuse a position or a size: on with the cache. */
static bool may_go_on(struct flash_file *file)
{
    return errno == EINTR || (errno == EINVAL && file->direct && set_direct(file, false));
}

/* Reads at least `need` and at most `capacity` bytes. */
static bool read_piece(struct flash_file *file, uint64_t at, unsigned char *data, size_t need,
                       size_t capacity, struct error *err)
{
    size_t got = 0;

    while (got < need) {
        ssize_t count = pread(file->fd, data + got, capacity - got, (off_t)(at + got));

        if (count < 0 && may_go_on(file))
            continue;
        if (count < 0)
            return error_system(err, ERROR_FLASH, "%s: reading at 0x%llx", file->where,
                                (unsigned long long)at);
        if (count == 0)
            return error_set(err, ERROR_FLASH, "%s: ends at 0x%llx, is shorter than it was",
                             file->where, (unsigned long long)(at + got));
        got += (size_t)count;
    }
    return true;
}

/* One step of a direct read: whole pages into `data` where it is aligned, else by way of the
 * bounce buffer. `size` says how many bytes, and then how many of them were read. */
static bool read_direct(struct flash_file *file, uint64_t at, unsigned char *data, size_t *size,
                        struct error *err)
{
    size_t skip = at % PAGE;
    size_t piece = *size < BOUNCE - skip ? *size : BOUNCE - skip;
    size_t whole = *size - *size % PAGE;

    if (skip == 0 && (uintptr_t)data % PAGE == 0 && whole > 0) {
        *size = whole;
        return read_piece(file, at, data, whole, whole, err);
    }
    if (!read_piece(file, at - skip, file->bounce, skip + piece, BOUNCE, err))
        return false;
    memcpy(data, file->bounce + skip, piece);
    *size = piece;
    return true;
}

/* What is there, from the medium. */
static bool read_there(struct flash_file *file, uint64_t at, unsigned char *data, size_t size,
                       struct error *err)
{
    while (size > 0 && file->direct) {
        size_t piece = size;

        if (!read_direct(file, at, data, &piece, err))
            return false;
        at += piece;
        data += piece;
        size -= piece;
    }
    if (size == 0)
        return true;
    if (file->dirty && !file_sync(&file->flash, err))
        return false;
    (void)posix_fadvise(file->fd, (off_t)at, (off_t)size, POSIX_FADV_DONTNEED);
    return read_piece(file, at, data, size, size, err);
}

static bool file_read_at(struct flash *flash, uint64_t at, void *data, size_t size,
                         struct error *err)
{
    uint64_t there = at < flash->length ? flash->length - at : 0;
    size_t known = there < size ? (size_t)there : size;

    memset((unsigned char *)data + known, 0xff, size - known);
    return read_there(file_of(flash), at, data, known, err);
}

static bool file_erase(struct flash *flash, uint64_t at, struct error *err)
{
    (void)flash;
    (void)at;
    (void)err;
    return true;
}

static bool file_write(struct flash *flash, uint64_t at, struct span bytes, struct error *err)
{
    struct flash_file *file = file_of(flash);

    /* A hole would read as zeros, which nobody wrote. */
    if (at > flash->length)
        return error_set(err, ERROR_FLASH, "%s: a gap before 0x%llx", flash->where,
                         (unsigned long long)at);
    file->dirty = true;
    while (bytes.size > 0) {
        ssize_t count = pwrite(file->fd, bytes.data, bytes.size, (off_t)at);

        if (count < 0 && may_go_on(file))
            continue;
        if (count < 0)
            return error_system(err, ERROR_FLASH, "%s: writing at 0x%llx", flash->where,
                                (unsigned long long)at);
        at += (uint64_t)count;
        bytes = span_from(bytes, (size_t)count);
        if (at > flash->length)
            flash->length = at;
    }
    return true;
}

/* Where a file system cannot set room aside, it was at least measured when the bank was opened. */
static bool file_reserve(struct flash *flash, uint64_t size, struct error *err)
{
    uint64_t whole = (size + flash->block - 1) / flash->block * flash->block;

    if (fallocate(file_of(flash)->fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)whole) == 0 ||
        errno == EOPNOTSUPP || errno == ENOSYS)
        return true;
    if (errno == ENOSPC)
        return error_set(err, ERROR_ROOM, "%s: no room for %llu bytes", flash->where,
                         (unsigned long long)whole);
    return error_system(err, ERROR_FLASH, "%s: setting room aside", flash->where);
}

static bool file_finish(struct flash *flash, uint64_t size, struct error *err)
{
    struct flash_file *file = file_of(flash);

    if (size > flash->length)
        return error_set(err, ERROR_FLASH, "%s: has %llu bytes, not %llu", flash->where,
                         (unsigned long long)flash->length, (unsigned long long)size);
    if (size == flash->length && !file->dirty)
        return true; /* whole blocks over as many: synced as they are */
    if (ftruncate(file->fd, (off_t)size) != 0)
        return error_system(err, ERROR_FLASH, "%s: setting its length", flash->where);
    flash->length = size;
    if (fsync(file->fd) != 0)
        return error_system(err, ERROR_FLASH, "%s: syncing", flash->where);
    file->dirty = false;
    return true;
}

static void file_close(struct flash *flash)
{
    struct flash_file *file = file_of(flash);

    fd_close(&file->fd);
    memory_free(&file->bounce);
    memory_free(&file->where);
    free(file);
}

static const struct flash_operations operations = {
    .read = file_read_at,
    .erase = file_erase,
    .write = file_write,
    .reserve = file_reserve,
    .sync = file_sync,
    .finish = file_finish,
    .close = file_close,
};

static bool is_power_of_two(uint64_t number)
{
    return number != 0 && (number & (number - 1)) == 0;
}

static bool read_option(struct flash_file *file, struct span option, struct error *err)
{
    uint64_t number;

    if (span_skip(&option, "block=")) {
        if (!number_parse_size(option, FLASH_FILE_BLOCK_LIMIT, &number) || number < BLOCK_LEAST ||
            !is_power_of_two(number))
            return error_set(err, ERROR_CONFIGURATION,
                             "bank %s: block must be a power of two from 512 to 16M", file->where);
        file->flash.block = (uint32_t)number;
        return true;
    }
    if (!span_skip(&option, "size="))
        return error_set(err, ERROR_CONFIGURATION, "bank %s: unknown option, known are block, size",
                         file->where);
    if (!number_parse_size(option, FLASH_FILE_ROOM, &number) || number == 0)
        return error_set(err, ERROR_CONFIGURATION, "bank %s: size must be bytes, as 65536 or 16M",
                         file->where);
    file->flash.room = number;
    return true;
}

/* PATH[,option]... */
static bool read_where(struct flash_file *file, struct span where, struct error *err)
{
    struct span part;
    bool more = span_split(&where, ',', &part);

    if (part.size == 0 || part.data[0] != '/' || !span_copy(part, file->path, sizeof(file->path)))
        return error_set(err, ERROR_CONFIGURATION, "bank %s: needs an absolute path", file->where);
    while (more) {
        more = span_split(&where, ',', &part);
        if (!read_option(file, part, err))
            return false;
    }
    return true;
}

/* A file that was just made stays made: its folder's names are synced. */
static bool sync_folder(const struct flash_file *file, struct error *err)
{
    char folder[FILE_PATH_SIZE];
    CLEANUP(fd_close) int fd = FD_NONE;

    file_folder(file->path, folder);
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd == FD_NONE || fsync(fd) != 0)
        return error_system(err, ERROR_FLASH, "%s: syncing its folder", file->where);
    return true;
}

static bool open_file(struct flash_file *file, bool for_writing, struct error *err)
{
    int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (for_writing ? O_RDWR : O_RDONLY);

    file->fd = open(file->path, flags);
    if (file->fd == FD_NONE && errno == ENOENT && for_writing) {
        file->fd = file_make(file->path, flags, 0644);
        if (file->fd != FD_NONE)
            return sync_folder(file, err);
    }
    if (file->fd == FD_NONE && (errno != ENOENT || for_writing))
        return error_system(err, ERROR_INTERNAL, "cannot open %s", file->path);
    return true;
}

/* `held`: bytes of the file system that are the file's already. */
static bool measure(struct flash_file *file, uint64_t *held, struct error *err)
{
    struct stat facts;

    *held = 0;
    if (file->fd == FD_NONE)
        return true;
    if (fstat(file->fd, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", file->path);
    if (!S_ISREG(facts.st_mode))
        return error_set(err, ERROR_CONFIGURATION, "bank %s: is not a file", file->where);
    file->flash.length = (uint64_t)facts.st_size;
    /* More than its length where room was set aside. */
    *held = (uint64_t)facts.st_blocks * STAT_BLOCK;
    if (*held < file->flash.length)
        *held = file->flash.length;
    /* What another program left in the cache is not on the medium yet. */
    file->dirty = true;
    (void)set_direct(file, true);
    return true;
}

/* A file can only grow as far as its file system goes: found out before anything is written, for
 * with one bank the writing comes after the commit. In whole blocks, as it is written. */
static bool limit_room(struct flash_file *file, uint64_t held, struct error *err)
{
    struct flash *flash = &file->flash;
    char folder[FILE_PATH_SIZE];
    struct statvfs facts;
    uint64_t most;

    file_folder(file->path, folder);
    if (statvfs(folder, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", folder);
    most = held + (uint64_t)facts.f_bavail * facts.f_frsize;
    most -= most % flash->block;
    if (most < flash->length)
        most = flash->length;
    if (most < flash->room)
        flash->room = most;
    return true;
}

static void discard(struct flash_file **file)
{
    if (*file != NULL)
        file_close(&(*file)->flash);
    *file = NULL;
}

static bool allocate(const char *bank, struct flash_file **made, struct error *err)
{
    CLEANUP(discard) struct flash_file *file = NULL;
    void *memory, *bounce;

    if (!memory_allocate(&memory, sizeof(*file), err))
        return false;
    file = memory;
    file->fd = FD_NONE;
    file->where = strdup(bank);
    if (file->where == NULL || !memory_allocate(&bounce, BOUNCE, err))
        return error_set(err, ERROR_INTERNAL, "internal error: no memory");
    file->bounce = bounce;
    file->flash = (struct flash){.operations = &operations,
                                 .room = FLASH_FILE_ROOM,
                                 .block = FLASH_FILE_BLOCK,
                                 .can_read = true,
                                 .can_blocks = true,
                                 .can_overwrite = true,
                                 .can_beside = true,
                                 .where = file->where};
    *made = file;
    file = NULL;
    return true;
}

bool flash_file_open(const struct flash_opener *opener, const char *bank, struct span where,
                     bool for_writing, struct flash **flash, struct error *err)
{
    CLEANUP(discard) struct flash_file *file = NULL;
    uint64_t held;

    (void)opener;
    if (!allocate(bank, &file, err) || !read_where(file, where, err) ||
        !open_file(file, for_writing, err) || !measure(file, &held, err) ||
        !limit_room(file, held, err))
        return false;
    *flash = &file->flash;
    file = NULL;
    return true;
}
