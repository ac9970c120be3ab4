/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/flash_mtd.h"

#include "base/memory.h"
#include "camera/linux/mtd_blocks.h"
#include "camera/linux/mtd_name.h"
#include "camera/linux/mtd_pages.h"

#include <stdlib.h>
#include <string.h>

struct flash_mtd {
    struct flash flash;
    struct mtd_device device;
    struct mtd_blocks blocks;
    const struct log *log; /* borrowed; NULL: no log */
    char *where;           /* owned */
};

static struct flash_mtd *mtd_of(struct flash *flash)
{
    return (struct flash_mtd *)flash;
}

static bool name_bank(const struct flash_mtd *mtd, struct error *err)
{
    return error_prefix(err, "%s", mtd->where);
}

static bool read_piece(struct flash_mtd *mtd, uint64_t at, void *data, size_t size,
                       struct error *err)
{
    bool was_corrected;
    uint64_t place;

    if (!mtd_blocks_place(&mtd->blocks, at, &place, err) ||
        !mtd_device_read(&mtd->device, place, data, size, &was_corrected, err))
        return false;
    if (was_corrected)
        *mtd_blocks_worn(&mtd->blocks, place) = true;
    return true;
}

/* NAND is read block by block: each block has its own address and its own count of corrected bits.
 */
static bool mtd_read(struct flash *flash, uint64_t at, void *data, size_t size, struct error *err)
{
    struct flash_mtd *mtd = mtd_of(flash);
    unsigned char *to = data;

    while (size > 0) {
        size_t rest = (size_t)(flash->block - at % flash->block);
        size_t piece = mtd->device.is_nand && rest < size ? rest : size;

        if (!read_piece(mtd, at, to, piece, err))
            return name_bank(mtd, err);
        at += piece;
        to += piece;
        size -= piece;
    }
    return true;
}

static bool mtd_is_worn(struct flash *flash, uint64_t at)
{
    const struct flash_mtd *mtd = mtd_of(flash);
    struct error ignored = ERROR_EMPTY;
    uint64_t place;

    return mtd_blocks_place(&mtd->blocks, at, &place, &ignored) &&
           *mtd_blocks_worn(&mtd->blocks, place);
}

static void tell(const struct flash_mtd *mtd, const char *what, uint64_t place)
{
    if (mtd->log != NULL)
        log_line(mtd->log, "%s: %s at 0x%llx", mtd->where, what, (unsigned long long)place);
}

/* Some chips can only be unlocked as a whole, others only sector by sector. */
static bool unlock(struct flash_mtd *mtd, uint64_t place, struct error *err)
{
    struct error ignored = ERROR_EMPTY;

    if ((!mtd_device_unlock(&mtd->device, 0, mtd->device.size, &ignored) ||
         mtd_device_lock(&mtd->device, place) == MTD_LOCKED) &&
        !mtd_device_unlock(&mtd->device, place, mtd->device.block, err))
        return false;
    if (mtd_device_lock(&mtd->device, place) == MTD_LOCKED)
        return error_set(err, ERROR_FLASH, "locked at 0x%llx and stays so: is it write-protected?",
                         (unsigned long long)place);
    return true;
}

/* Some chips cannot report a lock: then erasing fails, and is tried again after an unlock. */
static bool erase(struct flash_mtd *mtd, uint64_t place, struct error *err)
{
    enum mtd_lock lock = mtd->device.is_nand ? MTD_UNLOCKED : mtd_device_lock(&mtd->device, place);
    bool was_locked = lock == MTD_LOCKED;
    struct error ignored = ERROR_EMPTY;

    if (was_locked && !unlock(mtd, place, err))
        return false;
    if (!mtd_device_erase(&mtd->device, place, err)) {
        was_locked = true;
        if (lock != MTD_LOCK_UNKNOWN || !unlock(mtd, place, &ignored) ||
            !mtd_device_erase(&mtd->device, place, err))
            return false;
    }
    if (was_locked)
        tell(mtd, "was locked, and is unlocked", place);
    *mtd_blocks_worn(&mtd->blocks, place) = false;
    return true;
}

/* Marks the block of the bank's byte `at` bad. The next good block takes its place. */
static bool retire(struct flash_mtd *mtd, uint64_t at, struct error *err)
{
    struct error ignored = ERROR_EMPTY;
    uint64_t place = 0;

    if (!mtd_blocks_place(&mtd->blocks, at, &place, err) ||
        !mtd_blocks_retire(&mtd->blocks, &mtd->device, at, err))
        return false;
    tell(mtd, "block failed and is marked bad", place);
    mtd->flash.room -= mtd->flash.block;
    mtd->flash.length = mtd->flash.room;
    mtd->flash.moved++;
    return mtd_blocks_place(&mtd->blocks, at, &place, &ignored) ||
           error_set(err, ERROR_FLASH, "no good block left, %zu are bad: replace the flash",
                     mtd->blocks.bad);
}

static bool erase_good(struct flash_mtd *mtd, uint64_t at, struct error *err)
{
    uint64_t place;

    while (mtd_blocks_place(&mtd->blocks, at, &place, err)) {
        if (erase(mtd, place, err))
            return true;
        if (!mtd->device.is_nand || !mtd->device.has_failed || !retire(mtd, at, err))
            return false;
    }
    return false;
}

static bool mtd_erase(struct flash *flash, uint64_t at, struct error *err)
{
    return erase_good(mtd_of(flash), at, err) || name_bank(mtd_of(flash), err);
}

/* Writes one NAND block. After a failure the next good block takes its place; that block may need
 * erasing. */
static bool write_block(struct flash_mtd *mtd, uint64_t at, struct span bytes, struct error *err)
{
    uint64_t place;

    /* Pages must be programmed in their order, so only those at the end can be left out. */
    if (mtd->flash.skips_erased)
        bytes = mtd_pages_trim(bytes, mtd->device.page);
    while (mtd_blocks_place(&mtd->blocks, at, &place, err)) {
        if (mtd_device_program(&mtd->device, place, bytes, err))
            return true;
        if (!mtd->device.has_failed || !retire(mtd, at, err) || !erase_good(mtd, at, err))
            return false;
    }
    return false;
}

static bool write_blocks(struct flash_mtd *mtd, uint64_t at, struct span bytes, struct error *err)
{
    unsigned moved = mtd->flash.moved;

    for (; bytes.size > 0; bytes = span_from(bytes, mtd->flash.block)) {
        if ((moved != mtd->flash.moved && !erase_good(mtd, at, err)) ||
            !write_block(mtd, at, span_first(bytes, mtd->flash.block), err))
            return false;
        at += mtd->flash.block;
    }
    return true;
}

/* NOR has no bad blocks, so all of the bytes lie side by side. */
static bool write_pages(struct flash_mtd *mtd, uint64_t at, struct span bytes, struct error *err)
{
    size_t skipped;
    struct span run;

    while (mtd_pages_next(&bytes, mtd->device.page, &skipped, &run)) {
        at += skipped;
        if (!mtd_device_program(&mtd->device, at, run, err))
            return false;
        at += run.size;
    }
    return true;
}

static bool write_nor(struct flash_mtd *mtd, uint64_t at, struct span bytes, struct error *err)
{
    return mtd->flash.skips_erased ? write_pages(mtd, at, bytes, err)
                                   : mtd_device_program(&mtd->device, at, bytes, err);
}

static bool mtd_write(struct flash *flash, uint64_t at, struct span bytes, struct error *err)
{
    struct flash_mtd *mtd = mtd_of(flash);

    return (mtd->device.is_nand ? write_blocks(mtd, at, bytes, err)
                                : write_nor(mtd, at, bytes, err)) ||
           name_bank(mtd, err);
}

/* Pages that stay the same are not programmed. */
static bool mtd_clear(struct flash *flash, uint64_t at, struct span before, struct span bytes,
                      struct error *err)
{
    struct flash_mtd *mtd = mtd_of(flash);
    uint32_t page = mtd->device.page;

    for (; bytes.size > 0; bytes = span_from(bytes, page), before = span_from(before, page)) {
        struct span one = span_first(bytes, page);

        if (!span_same(one, span_first(before, page)) &&
            !mtd_device_program(&mtd->device, at, one, err))
            return name_bank(mtd, err);
        at += page;
    }
    return true;
}

static bool mtd_replace(struct flash *flash, uint64_t at, struct error *err)
{
    return retire(mtd_of(flash), at, err) || name_bank(mtd_of(flash), err);
}

/* No-op: erasing and programming return when the chip has finished. */
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
    mtd_blocks_discard(&mtd->blocks);
    memory_free(&mtd->where);
    free(mtd);
}

static const struct flash_operations nor = {
    .read = mtd_read,
    .erase = mtd_erase,
    .write = mtd_write,
    .sync = mtd_sync,
    .finish = mtd_finish,
    .close = mtd_close,
};

static const struct flash_operations nor_rewrite = {
    .read = mtd_read,
    .erase = mtd_erase,
    .write = mtd_write,
    .clear = mtd_clear,
    .sync = mtd_sync,
    .finish = mtd_finish,
    .close = mtd_close,
};

static const struct flash_operations nand = {
    .read = mtd_read,
    .erase = mtd_erase,
    .write = mtd_write,
    .is_worn = mtd_is_worn,
    .replace = mtd_replace,
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

static bool allocate(const char *bank_name, struct flash_mtd **made, struct error *err)
{
    void *memory;

    if (!memory_allocate(&memory, sizeof(**made), err))
        return false;
    *made = memory;
    (*made)->device = MTD_DEVICE_NONE;
    (*made)->where = strdup(bank_name);
    return (*made)->where != NULL || error_set(err, ERROR_INTERNAL, "internal error: no memory");
}

/* NAME[,rewrite=yes|no] */
static bool read_where(const struct flash_mtd *mtd, struct span where, struct span *name,
                       bool *rewrites, struct error *err)
{
    bool more = span_split(&where, ',', name);

    *rewrites = false;
    while (more) {
        struct span option;

        more = span_split(&where, ',', &option);
        *rewrites = span_is(option, "rewrite=yes");
        if (!*rewrites && !span_is(option, "rewrite=no"))
            return error_set(err, ERROR_CONFIGURATION,
                             "bank %s: unknown option, known are rewrite=yes, rewrite=no",
                             mtd->where);
    }
    return true;
}

static const struct flash_operations *choose(const struct flash_mtd *mtd, bool rewrites,
                                             struct error *err)
{
    if (rewrites && !mtd->device.can_clear) {
        (void)error_set(err, ERROR_CONFIGURATION,
                        "bank %s: rewrite=yes needs NOR flash without error correction: remove it",
                        mtd->where);
        return NULL;
    }
    return mtd->device.is_nand ? &nand : rewrites ? &nor_rewrite : &nor;
}

bool flash_mtd_open(const struct flash_opener *opener, const char *bank_name, struct span where,
                    bool for_writing, struct flash **flash, struct error *err)
{
    CLEANUP(discard) struct flash_mtd *mtd = NULL;
    const struct flash_operations *operations;
    char path[FILE_PATH_SIZE];
    struct span name;
    bool rewrites;
    uint64_t room;

    if (!allocate(bank_name, &mtd, err) || !read_where(mtd, where, &name, &rewrites, err))
        return false;
    if (!mtd_name_find(&mtd_places_machine, name, path, err) ||
        !mtd_device_open(&mtd->device, path, for_writing, err) ||
        !mtd_blocks_find(&mtd->blocks, &mtd->device, err))
        return name_bank(mtd, err);
    operations = choose(mtd, rewrites, err);
    if (operations == NULL)
        return false;
    mtd->log = opener->log;
    room = (uint64_t)mtd->blocks.count * mtd->blocks.block;
    mtd->flash = (struct flash){.operations = operations,
                                .room = room,
                                .length = room,
                                .block = mtd->device.block,
                                .can_read = true,
                                .can_blocks = true,
                                .where = mtd->where};
    *flash = &mtd->flash;
    mtd = NULL;
    return true;
}
