/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/flash_mtd.h"

#include "base/memory.h"
#include "camera/linux/mtd_device.h"
#include "camera/linux/mtd_name.h"

#include <stdlib.h>
#include <string.h>

struct flash_mtd {
    struct flash flash;
    struct mtd_device device;
    const struct log *log; /* borrowed; NULL: nobody reads it */
    char *where;           /* owned */
};

static struct flash_mtd *mtd_of(struct flash *flash)
{
    return (struct flash_mtd *)flash;
}

/* The device's texts know addresses; a person needs the bank too. */
static bool name_bank(const struct flash_mtd *mtd, struct error *err)
{
    return error_prefix(err, "%s", mtd->where);
}

static bool mtd_read(struct flash *flash, uint64_t at, void *data, size_t size, struct error *err)
{
    struct flash_mtd *mtd = mtd_of(flash);

    return mtd_device_read(&mtd->device, at, data, size, err) || name_bank(mtd, err);
}

/* Chips with few protection bits can only be unlocked as a whole, others only by the sector. */
static bool unlock(struct flash_mtd *mtd, uint64_t at, struct error *err)
{
    struct error ignored = ERROR_EMPTY;

    if (!mtd_device_is_locked(&mtd->device, at))
        return true;
    if ((!mtd_device_unlock(&mtd->device, 0, mtd->device.size, &ignored) ||
         mtd_device_is_locked(&mtd->device, at)) &&
        !mtd_device_unlock(&mtd->device, at, mtd->device.block, err))
        return false;
    if (mtd_device_is_locked(&mtd->device, at))
        return error_set(err, ERROR_FLASH, "locked at 0x%llx and stays so: is it write-protected?",
                         (unsigned long long)at);
    if (mtd->log != NULL)
        log_line(mtd->log, "%s: was locked at 0x%llx: unlocked", mtd->where,
                 (unsigned long long)at);
    return true;
}

static bool mtd_erase(struct flash *flash, uint64_t at, struct error *err)
{
    struct flash_mtd *mtd = mtd_of(flash);

    return (unlock(mtd, at, err) && mtd_device_erase(&mtd->device, at, err)) || name_bank(mtd, err);
}

static bool mtd_write(struct flash *flash, uint64_t at, struct span bytes, struct error *err)
{
    struct flash_mtd *mtd = mtd_of(flash);

    return mtd_device_program(&mtd->device, at, bytes, err) || name_bank(mtd, err);
}

/* Erasing and programming return when the chip has done it. */
static bool mtd_sync(struct flash *flash, struct error *err)
{
    (void)flash;
    (void)err;
    return true;
}

static bool mtd_finish(struct flash *flash, uint64_t size, struct error *err)
{
    (void)flash;
    (void)size;
    (void)err;
    return true;
}

static void mtd_close(struct flash *flash)
{
    struct flash_mtd *mtd = mtd_of(flash);

    mtd_device_close(&mtd->device);
    memory_free(&mtd->where);
    free(mtd);
}

static const struct flash_operations operations = {
    .read = mtd_read,
    .erase = mtd_erase,
    .write = mtd_write,
    .sync = mtd_sync,
    .finish = mtd_finish,
    .close = mtd_close,
};

static void discard(struct flash_mtd **mtd)
{
    if (*mtd != NULL)
        mtd_close(&(*mtd)->flash);
    *mtd = NULL;
}

static bool allocate(const char *bank, struct flash_mtd **made, struct error *err)
{
    void *memory;

    if (!memory_allocate(&memory, sizeof(**made), err))
        return false;
    *made = memory;
    (*made)->device = MTD_DEVICE_NONE;
    (*made)->where = strdup(bank);
    return (*made)->where != NULL || error_set(err, ERROR_INTERNAL, "internal error: no memory");
}

bool flash_mtd_open(const struct flash_opener *opener, const char *bank, struct span where,
                    bool for_writing, struct flash **flash, struct error *err)
{
    CLEANUP(discard) struct flash_mtd *mtd = NULL;
    char path[FILE_PATH_SIZE];

    if (!allocate(bank, &mtd, err))
        return false;
    if (!mtd_name_find(&mtd_places_machine, where, path, err) ||
        !mtd_device_open(&mtd->device, path, for_writing, err))
        return name_bank(mtd, err);
    mtd->log = opener->log;
    mtd->flash = (struct flash){.operations = &operations,
                                .room = mtd->device.size,
                                .length = mtd->device.size,
                                .block = mtd->device.block,
                                .can_read = true,
                                .can_blocks = true,
                                .where = mtd->where};
    *flash = &mtd->flash;
    mtd = NULL;
    return true;
}
