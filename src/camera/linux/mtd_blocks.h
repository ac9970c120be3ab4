/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The blocks of a partition in the order in which a bank uses them: bad ones are passed over, so
 * that byte 0 of the bank lies in the first good block. A loader finds the image the same way.
 */
#ifndef CAMERA_LINUX_MTD_BLOCKS_H
#define CAMERA_LINUX_MTD_BLOCKS_H

#include "camera/linux/mtd_device.h"

#include <stddef.h>

struct mtd_blocks {
    uint32_t block;  /* bytes of each */
    uint32_t *good;  /* owned; the physical block of each logical one */
    size_t count;    /* of good ones */
    bool *is_worn;   /* owned; by physical block: bits had to be corrected in it */
    size_t bad;      /* physical blocks that are none of the good ones */
    size_t may_fail; /* more that may go bad before the fault is taken for another one */
};

/* NOR has no bad blocks, and is not asked. */
bool mtd_blocks_find(struct mtd_blocks *blocks, struct mtd_device *device,
                     struct error *err) MUST_CHECK;
void mtd_blocks_discard(struct mtd_blocks *blocks); /* for CLEANUP */

/* Where the bank's byte `at` is on the device; false where no good block is left for it. */
bool mtd_blocks_place(const struct mtd_blocks *blocks, uint64_t at, uint64_t *place,
                      struct error *err) MUST_CHECK;

/* Marks the bank's block at `at` bad, for ever: those behind it move up. Fails where too many
 * would: a chip that is write-protected as a whole answers like one bad block after the other. */
bool mtd_blocks_retire(struct mtd_blocks *blocks, struct mtd_device *device, uint64_t at,
                       struct error *err) MUST_CHECK;

bool *mtd_blocks_worn(const struct mtd_blocks *blocks, uint64_t place);

#endif
