/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/flash_file.h"

#include "base/fd.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "camera/linux/direct.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { BLOCK_LEAST = 512, STAT_BLOCK = 512, BANK_MODE = 0644 };

struct flash_file {
    struct flash flash;
    struct direct direct; /* without a descriptor: a missing file, opened for reading */
    char path[FILE_PATH_SIZE];
    char folder[FILE_PATH_SIZE];
};

static struct flash_file *file_of(struct flash *flash)
{
    return (struct flash_file *)flash;
}

static bool file_sync(struct flash *flash, struct error *err)
{
    return direct_sync(&file_of(flash)->direct, err);
}

static bool file_read_at(struct flash *flash, uint64_t at, void *data, size_t size,
                         struct error *err)
{
    uint64_t there = at < flash->length ? flash->length - at : 0;
    size_t known = there < size ? (size_t)there : size;

    memset((unsigned char *)data + known, 0xff, size - known);
    return direct_read(&file_of(flash)->direct, at, data, known, err);
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
    /* A hole would read as zeros, which were never written. */
    if (at > flash->length)
        return error_set(err, ERROR_FLASH, "%s: writing at 0x%llx would leave a gap", flash->where,
                         (unsigned long long)at);
    if (!direct_write(&file_of(flash)->direct, at, bytes, err))
        return false;
    if (at + bytes.size > flash->length)
        flash->length = at + bytes.size;
    return true;
}

/* Some file systems cannot reserve room. limit_room has at least measured it. */
static bool file_reserve(struct flash *flash, uint64_t size, struct error *err)
{
    uint64_t whole = (size + flash->block - 1) / flash->block * flash->block;

    if (fallocate(file_of(flash)->direct.fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)whole) == 0 ||
        errno == EOPNOTSUPP || errno == ENOSYS)
        return true;
    if (errno == ENOSPC)
        return error_set(err, ERROR_ROOM, "%s: no room for %llu bytes", flash->where,
                         (unsigned long long)whole);
    return error_system(err, ERROR_FLASH, "%s: reserving room", flash->where);
}

static bool file_finish(struct flash *flash, uint64_t size, struct error *err)
{
    struct flash_file *file = file_of(flash);

    if (size > flash->length)
        return error_set(err, ERROR_FLASH, "%s: has %llu bytes, not %llu", flash->where,
                         (unsigned long long)flash->length, (unsigned long long)size);
    if (size == flash->length && !file->direct.is_dirty)
        return true; /* the length is right, and already synced */
    if (ftruncate(file->direct.fd, (off_t)size) != 0)
        return error_system(err, ERROR_FLASH, "%s: setting its length", flash->where);
    flash->length = size;
    if (fsync(file->direct.fd) != 0)
        return error_system(err, ERROR_FLASH, "%s: syncing", flash->where);
    file->direct.is_dirty = false;
    return true;
}

static void file_close(struct flash *flash)
{
    struct flash_file *file = file_of(flash);

    direct_discard(&file->direct);
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
                             "bank %s: block must be a power of two from 512 to 16M",
                             file->flash.where);
        file->flash.block = (uint32_t)number;
        return true;
    }
    if (!span_skip(&option, "size="))
        return error_set(err, ERROR_CONFIGURATION, "bank %s: unknown option, known are block, size",
                         file->flash.where);
    if (!number_parse_size(option, FLASH_FILE_ROOM, &number) || number == 0)
        return error_set(err, ERROR_CONFIGURATION,
                         "bank %s: size must be bytes, such as 65536 or 16M", file->flash.where);
    file->flash.room = number;
    return true;
}

/* PATH[,option]... */
static bool read_where(struct flash_file *file, struct span where, struct error *err)
{
    struct span part;
    bool more = span_split(&where, ',', &part);

    if (part.size == 0 || part.data[0] != '/' || !span_copy(part, file->path, sizeof(file->path)))
        return error_set(err, ERROR_CONFIGURATION, "bank %s: needs an absolute path",
                         file->flash.where);
    while (more) {
        more = span_split(&where, ',', &part);
        if (!read_option(file, part, err))
            return false;
    }
    return true;
}

/* Syncs the folder, so that a power cut cannot undo the creation of the file. */
static bool sync_folder(const struct flash_file *file, struct error *err)
{
    char folder[FILE_PATH_SIZE];
    CLEANUP(fd_close) int fd = FD_NONE;

    file_folder(file->path, folder);
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd == FD_NONE || fsync(fd) != 0)
        return error_system(err, ERROR_FLASH, "%s: syncing its folder", file->flash.where);
    return true;
}

static bool open_file(struct flash_file *file, bool for_writing, struct error *err)
{
    int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (for_writing ? O_RDWR : O_RDONLY);

    file->direct.fd = open(file->path, flags);
    if (file->direct.fd == FD_NONE && errno == ENOENT && for_writing) {
        file->direct.fd = file_make(file->path, flags, BANK_MODE);
        /* For any umask: a loader that is not root must be able to read it. */
        if (file->direct.fd != FD_NONE && fchmod(file->direct.fd, BANK_MODE) != 0)
            return error_system(err, ERROR_FLASH, "%s: setting its mode", file->flash.where);
        if (file->direct.fd != FD_NONE)
            return sync_folder(file, err);
    }
    if (file->direct.fd == FD_NONE && errno == ELOOP)
        return error_set(err, ERROR_CONFIGURATION, "bank %s: is a link: name the file itself",
                         file->flash.where);
    if (file->direct.fd == FD_NONE && (errno != ENOENT || for_writing))
        return error_system(err, ERROR_INTERNAL, "cannot open %s", file->path);
    return true;
}

/* `held`: bytes of the file system that the file already occupies. */
static bool measure(struct flash_file *file, uint64_t *held, struct error *err)
{
    struct stat facts;

    *held = 0;
    if (file->direct.fd == FD_NONE)
        return true;
    if (fstat(file->direct.fd, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", file->path);
    if (!S_ISREG(facts.st_mode))
        return error_set(err, ERROR_CONFIGURATION, "bank %s: is not a file", file->flash.where);
    file->flash.length = (uint64_t)facts.st_size;
    /* Reserved room is more than the length. */
    *held = (uint64_t)facts.st_blocks * STAT_BLOCK;
    if (*held < file->flash.length)
        *held = file->flash.length;
    direct_use(&file->direct, file->direct.fd);
    return true;
}

/* Limits the room to what the file system has, before anything is written: with one bank, the write
 * comes after the commit and must not fail. Whole blocks only, as they are written. */
static bool limit_room(struct flash_file *file, uint64_t held, struct error *err)
{
    struct flash *flash = &file->flash;
    struct statvfs facts;
    uint64_t most;

    file_folder(file->path, file->folder);
    if (statvfs(file->folder, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", file->folder);
    most = held + (uint64_t)facts.f_bavail * facts.f_frsize;
    most -= most % flash->block;
    if (most < flash->length)
        most = flash->length;
    if (most < flash->room) {
        flash->room = most;
        flash->limited_by = file->folder;
    }
    return true;
}

static void discard(struct flash_file **file)
{
    if (*file != NULL)
        file_close(&(*file)->flash);
    *file = NULL;
}

static bool allocate(const char *bank_name, struct flash_file **made, struct error *err)
{
    CLEANUP(discard) struct flash_file *file = NULL;
    void *memory;

    if (!memory_allocate(&memory, sizeof(*file), err))
        return false;
    file = memory;
    if (!direct_make(&file->direct, bank_name, err))
        return false;
    file->flash = (struct flash){.operations = &operations,
                                 .room = FLASH_FILE_ROOM,
                                 .block = FLASH_FILE_BLOCK,
                                 .can_read = true,
                                 .can_blocks = true,
                                 .can_overwrite = true,
                                 .can_beside = true,
                                 .where = file->direct.where};
    *made = file;
    file = NULL;
    return true;
}

bool flash_file_open(const struct flash_opener *opener, const char *bank_name, struct span where,
                     bool for_writing, struct flash **flash, struct error *err)
{
    CLEANUP(discard) struct flash_file *file = NULL;
    uint64_t held;

    (void)opener;
    if (!allocate(bank_name, &file, err) || !read_where(file, where, err) ||
        !open_file(file, for_writing, err) || !measure(file, &held, err) ||
        !limit_room(file, held, err))
        return false;
    *flash = &file->flash;
    file = NULL;
    return true;
}
