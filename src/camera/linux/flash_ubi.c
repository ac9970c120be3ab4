/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/flash_ubi.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/libc.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <mtd/ubi-user.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { BUSY_TRIES = 50, BUSY_PAUSE = 100 /* ms */ };

struct flash_ubi {
    struct flash flash;
    const struct ubi_places *places; /* borrowed */
    struct ubi_volume volume;
    int fd;      /* owned */
    char *where; /* owned */
};

static struct flash_ubi *ubi_of(struct flash *flash)
{
    return (struct flash_ubi *)flash;
}

/* What the kernel tells of the volume now. */
static bool look(struct flash_ubi *ubi, bool for_writing, struct error *err)
{
    if (!ubi_volume_look(ubi->places, for_writing, &ubi->volume, err))
        return error_prefix(err, "%s", ubi->where);
    ubi->flash.room = ubi->volume.room;
    ubi->flash.length = ubi->volume.length;
    ubi->flash.block = ubi->volume.block;
    return true;
}

static bool is_whole(const struct flash_ubi *ubi, struct error *err)
{
    return ubi->volume.damage == NULL ||
           error_set(err, ERROR_FLASH, "%s: %s", ubi->where, ubi->volume.damage);
}

/* The character device has no cache. */
static bool ubi_read(struct flash *flash, uint64_t at, void *data, size_t size, struct error *err)
{
    struct flash_ubi *ubi = ubi_of(flash);
    uint64_t there = at < flash->length ? flash->length - at : 0;
    size_t known = there < size ? (size_t)there : size;
    size_t got;

    if (!is_whole(ubi, err))
        return false;
    memset((unsigned char *)data + known, 0xff, size - known);
    if (!fd_read_at(ubi->fd, at, data, known, &got, err))
        return error_system(err, ERROR_FLASH, "%s: reading at 0x%llx", ubi->where,
                            (unsigned long long)at);
    return got == known || error_set(err, ERROR_FLASH, "%s: ends at 0x%llx", ubi->where,
                                     (unsigned long long)(at + got));
}

/* The kernel refuses while another program has the volume open, also to read it. `doctor` and what
 * looks at new devices do that for moments. */
static bool begin_alone(const struct flash_ubi *ubi, uint64_t size)
{
    __s64 bytes = (__s64)size;

    for (unsigned tries = 1; libc_ioctl(ubi->fd, UBI_IOCVOLUP, &bytes) != 0; tries++) {
        if (errno != EBUSY || tries == BUSY_TRIES)
            return false;
        clock_sleep(BUSY_PAUSE);
    }
    return true;
}

/* From here on the volume holds nothing, until its last byte is written. */
static bool begin_update(struct flash_ubi *ubi, uint64_t size, struct error *err)
{
    if (begin_alone(ubi, size))
        return true;
    if (errno == EBUSY)
        return error_set(err, ERROR_FLASH, "%s: another program has it open: let hold stop that",
                         ubi->where);
    return error_system(err, ERROR_FLASH, "%s: beginning its update", ubi->where);
}

/* Copies `size` bytes of `fd`, one block at a time. */
static bool copy(struct flash_ubi *ubi, int fd, uint64_t size, struct error *err)
{
    CLEANUP(memory_free) void *piece = NULL;

    if (!memory_allocate(&piece, ubi->volume.block, err))
        return false;
    for (uint64_t at = 0; at < size;) {
        uint64_t rest = size - at;
        size_t wanted = rest < ubi->volume.block ? (size_t)rest : ubi->volume.block;
        size_t got;

        if (!fd_read_at(fd, at, piece, wanted, &got, err))
            return false;
        if (got != wanted)
            return error_set(err, ERROR_INTERNAL, "the staged file is shorter than before");
        if (!fd_write(ubi->fd, span_of(piece, got), err))
            return error_system(err, ERROR_FLASH, "%s: writing at 0x%llx", ubi->where,
                                (unsigned long long)at);
        at += got;
    }
    return true;
}

static bool ubi_write_whole(struct flash *flash, int fd, uint64_t size, struct error *err)
{
    struct flash_ubi *ubi = ubi_of(flash);

    if (size > flash->room)
        return error_set(err, ERROR_FLASH, "%s: has room for %llu bytes only", ubi->where,
                         (unsigned long long)flash->room);
    if (!begin_update(ubi, size, err) || !copy(ubi, fd, size, err))
        return false;
    if (fsync(ubi->fd) != 0)
        return error_system(err, ERROR_FLASH, "%s: syncing", ubi->where);
    return look(ubi, false, err) && is_whole(ubi, err);
}

static void ubi_close(struct flash *flash)
{
    struct flash_ubi *ubi = ubi_of(flash);

    fd_close(&ubi->fd);
    memory_free(&ubi->where);
    free(ubi);
}

static const struct flash_operations operations = {
    .read = ubi_read,
    .write_whole = ubi_write_whole,
    .close = ubi_close,
};

static void discard(struct flash_ubi **ubi)
{
    if (*ubi != NULL)
        ubi_close(&(*ubi)->flash);
    *ubi = NULL;
}

static bool allocate(const char *bank_name, struct flash_ubi **made, struct error *err)
{
    void *memory;

    if (!memory_allocate(&memory, sizeof(**made), err))
        return false;
    *made = memory;
    (*made)->fd = FD_NONE;
    (*made)->where = strdup(bank_name);
    return (*made)->where != NULL || error_set(err, ERROR_INTERNAL, "internal error: no memory");
}

static bool open_volume(struct flash_ubi *ubi, struct span where, bool for_writing,
                        struct error *err)
{
    struct ubi_name name;

    if (!ubi_name_parse(where, &name, err) ||
        !ubi_volume_find(ubi->places, &name, &ubi->volume, err))
        return error_prefix(err, "bank %s", ubi->where);
    ubi->fd = open(ubi->volume.path, O_CLOEXEC | O_NOCTTY | (for_writing ? O_RDWR : O_RDONLY));
    return ubi->fd != FD_NONE ||
           error_system(err, ERROR_INTERNAL, "cannot open %s", ubi->volume.path);
}

bool flash_ubi_open_at(const struct ubi_places *places, const char *bank_name, struct span where,
                       bool for_writing, struct flash **flash, struct error *err)
{
    CLEANUP(discard) struct flash_ubi *ubi = NULL;

    if (!allocate(bank_name, &ubi, err))
        return false;
    ubi->places = places;
    ubi->flash = (struct flash){.operations = &operations, .can_read = true, .where = ubi->where};
    if (!open_volume(ubi, where, for_writing, err) || !look(ubi, for_writing, err))
        return false;
    *flash = &ubi->flash;
    ubi = NULL;
    return true;
}

bool flash_ubi_open(const struct flash_opener *opener, const char *bank_name, struct span where,
                    bool for_writing, struct flash **flash, struct error *err)
{
    (void)opener;
    return flash_ubi_open_at(&ubi_places_machine, bank_name, where, for_writing, flash, err);
}

bool flash_ubi_check_name(struct span where, struct error *err)
{
    struct ubi_name name;

    return ubi_name_parse(where, &name, err);
}
