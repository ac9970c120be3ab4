/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The blocks of a partition in the order in which a bank uses them. Bad blocks are skipped, so byte
 * 0 of the bank is in the first good block. A loader must find the image in the same way.
 */
#ifndef CAMERA_LINUX_MTD_BLOCKS_H
#define CAMERA_LINUX_MTD_BLOCKS_H

#include "camera/linux/mtd_device.h"

#include <stddef.h>

struct mtd_blocks {
    uint32_t block;  /* bytes of one block */
    uint32_t *good;  /* owned; physical block of each logical block */
    size_t count;    /* good blocks */
    bool *is_worn;   /* owned; by physical block: reads corrected bits */
    size_t bad;      /* bad blocks */
    size_t may_fail; /* blocks that may still go bad before we assume another fault */
};

/* NOR is not asked: it has no bad blocks. */
bool mtd_blocks_find(struct mtd_blocks *blocks, struct mtd_device *device,
                     struct error *err) MUST_CHECK;
void mtd_blocks_discard(struct mtd_blocks *blocks); /* for CLEANUP */

/* Address on the device of the bank's byte `at`. Fails if no good block is left for it. */
bool mtd_blocks_place(const struct mtd_blocks *blocks, uint64_t at, uint64_t *place,
                      struct error *err) MUST_CHECK;

/* Marks the bank's block at `at` bad, permanently: the blocks after it move up by one. Fails if too
 * many blocks have gone bad: a write-protected chip looks as if every block were bad. */
bool mtd_blocks_retire(struct mtd_blocks *blocks, struct mtd_device *device, uint64_t at,
                       struct error *err) MUST_CHECK;

bool *mtd_blocks_worn(const struct mtd_blocks *blocks, uint64_t place);

#endif
