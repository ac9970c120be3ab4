/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/flash_block.h"

#include "base/fd.h"
#include "base/memory.h"
#include "camera/linux/block_device.h"
#include "camera/linux/direct.h"

#include <stdlib.h>

struct flash_block {
    struct flash flash;
    struct direct direct;
};

static struct flash_block *block_of(struct flash *flash)
{
    return (struct flash_block *)flash;
}

static bool block_read(struct flash *flash, uint64_t at, void *data, size_t size, struct error *err)
{
    return direct_read(&block_of(flash)->direct, at, data, size, err);
}

static bool block_erase(struct flash *flash, uint64_t at, struct error *err)
{
    (void)flash;
    (void)at;
    (void)err;
    return true;
}

static bool block_write(struct flash *flash, uint64_t at, struct span bytes, struct error *err)
{
    return direct_write(&block_of(flash)->direct, at, bytes, err);
}

static bool block_sync(struct flash *flash, struct error *err)
{
    return direct_sync(&block_of(flash)->direct, err);
}

static bool block_finish(struct flash *flash, uint64_t size, struct error *err)
{
    (void)size;
    return block_sync(flash, err);
}

static void block_close(struct flash *flash)
{
    struct flash_block *block = block_of(flash);

    direct_discard(&block->direct);
    free(block);
}

static const struct flash_operations operations = {
    .read = block_read,
    .erase = block_erase,
    .write = block_write,
    .sync = block_sync,
    .finish = block_finish,
    .close = block_close,
};

static void discard(struct flash_block **block)
{
    if (*block != NULL)
        block_close(&(*block)->flash);
    *block = NULL;
}

static bool allocate(const char *bank_name, struct flash_block **made, struct error *err)
{
    CLEANUP(discard) struct flash_block *block = NULL;
    void *memory;

    if (!memory_allocate(&memory, sizeof(*block), err))
        return false;
    block = memory;
    if (!direct_make(&block->direct, bank_name, err))
        return false;
    block->flash = (struct flash){.operations = &operations,
                                  .block = FLASH_BLOCK_BLOCK,
                                  .can_read = true,
                                  .can_blocks = true,
                                  .can_overwrite = true,
                                  .can_beside = true,
                                  .where = block->direct.where};
    *made = block;
    block = NULL;
    return true;
}

bool flash_block_open_at(const struct block_places *places, const char *bank_name,
                         struct span where, bool for_writing, struct flash **flash,
                         struct error *err)
{
    CLEANUP(discard) struct flash_block *block = NULL;
    char path[FILE_PATH_SIZE];
    uint64_t size;
    int fd;

    if (!allocate(bank_name, &block, err))
        return false;
    if (!block_name_find(places, where, path, err) ||
        !block_device_open(places, path, for_writing, &fd, &size, err))
        return error_prefix(err, "bank %s", bank_name);
    direct_use(&block->direct, fd);
    block->flash.room = block->flash.length = size - size % FLASH_BLOCK_BLOCK;
    *flash = &block->flash;
    block = NULL;
    return true;
}

bool flash_block_open(const struct flash_opener *opener, const char *bank_name, struct span where,
                      bool for_writing, struct flash **flash, struct error *err)
{
    (void)opener;
    return flash_block_open_at(&block_places_machine, bank_name, where, for_writing, flash, err);
}
