/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/mtd_blocks.h"

#include "base/memory.h"

#include <string.h>

/* Data sheets of NAND allow about 2 % of bad blocks over its life; this limit is above that. */
enum { BLOCKS_FOR_ONE_FAILURE = 32 };

static bool allocate(struct mtd_blocks *blocks, size_t count, struct error *err)
{
    void *good, *is_worn;

    if (!memory_allocate(&good, (count + 1) * sizeof(*blocks->good), err))
        return false;
    blocks->good = good;
    if (!memory_allocate(&is_worn, count + 1, err))
        return false;
    blocks->is_worn = is_worn;
    return true;
}

bool mtd_blocks_find(struct mtd_blocks *blocks, struct mtd_device *device, struct error *err)
{
    size_t count = (size_t)(device->size / device->block);
    CLEANUP(mtd_blocks_discard)
    struct mtd_blocks found = {.block = device->block,
                               .may_fail = 1 + count / BLOCKS_FOR_ONE_FAILURE};

    if (!allocate(&found, count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        bool is_bad = false;

        if (device->is_nand && !mtd_device_is_bad(device, i * found.block, &is_bad, err))
            return false;
        if (!is_bad)
            found.good[found.count++] = (uint32_t)i;
    }
    found.bad = count - found.count;
    *blocks = found;
    found = (struct mtd_blocks){0};
    return true;
}

void mtd_blocks_discard(struct mtd_blocks *blocks)
{
    memory_free(&blocks->good);
    memory_free(&blocks->is_worn);
    *blocks = (struct mtd_blocks){0};
}

bool mtd_blocks_place(const struct mtd_blocks *blocks, uint64_t at, uint64_t *place,
                      struct error *err)
{
    uint64_t index = at / blocks->block;

    if (index >= blocks->count)
        return error_set(err, ERROR_FLASH, "no good block for 0x%llx, %zu are bad",
                         (unsigned long long)at, blocks->bad);
    *place = (uint64_t)blocks->good[index] * blocks->block + at % blocks->block;
    return true;
}

bool mtd_blocks_retire(struct mtd_blocks *blocks, struct mtd_device *device, uint64_t at,
                       struct error *err)
{
    uint64_t place = 0;
    size_t index;

    if (!mtd_blocks_place(blocks, at, &place, err))
        return false;
    if (blocks->may_fail == 0)
        return error_set(err, ERROR_FLASH,
                         "too many blocks fail, now at 0x%llx: is it write-protected?",
                         (unsigned long long)place);
    if (!mtd_device_mark_bad(device, place, err))
        return false;
    index = (size_t)(at / blocks->block);
    blocks->count--;
    blocks->bad++;
    blocks->may_fail--;
    memmove(blocks->good + index, blocks->good + index + 1,
            (blocks->count - index) * sizeof(*blocks->good));
    return true;
}

bool *mtd_blocks_worn(const struct mtd_blocks *blocks, uint64_t place)
{
    return &blocks->is_worn[place / blocks->block];
}
