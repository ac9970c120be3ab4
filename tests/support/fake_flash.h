/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A NOR flash in memory: erasing sets a block to 0xff, programming only clears bits. When the power
 * goes in the middle of a block, part of it is done, one word is torn, and the block is weak until
 * it is erased whole again: the cells of the torn word read one way and then the other.
 */
#ifndef SUPPORT_FAKE_FLASH_H
#define SUPPORT_FAKE_FLASH_H

#include "camera/flash.h"
#include "fake_power.h"

enum { FAKE_FLASH_BANKS = 8, FAKE_FLASH_WORD = 8, FAKE_FLASH_FOREVER = 1000000 };

struct fake_flash {
    struct flash flash; /* what is handed to the code under test */
    struct fake_power *power;
    unsigned char *bytes; /* owned */
    bool *weak;           /* owned; one for each block */
    uint32_t *torn;       /* owned; where the torn word of each weak block begins in it */
    uint64_t reads;       /* of weak blocks: every second one shows the torn word otherwise */
    unsigned opened;
    bool for_writing;
    uint64_t erased, written, read; /* blocks, blocks, bytes; since the test set them to 0 */
    uint64_t finished;              /* the size that finish was told last */
    /* A block that is worn: this many of its next erasures fail, and this many of its next
     * programmings leave one bit wrong. */
    size_t worn_block;
    unsigned erasures_fail, bits_wrong;
};

/* `name` as the configuration would have it, borrowed; all 0xff. `power` is borrowed. */
void fake_flash_make(struct fake_flash *fake, const char *name, uint64_t size, uint32_t block,
                     struct fake_power *power);
void fake_flash_free(struct fake_flash *fake); /* for CLEANUP */

/* Puts bytes there as a factory would. */
void fake_flash_fill(struct fake_flash *fake, struct span bytes);

/* Whether the first bytes are these, and none of their blocks is weak. */
bool fake_flash_holds(const struct fake_flash *fake, struct span bytes);

/* A device that only takes the whole, as a vendor's loader does. */
void fake_flash_take_only_whole(struct fake_flash *fake, bool can_read);

struct fake_opener {
    struct flash_opener opener; /* what is handed to the code under test */
    struct fake_flash *banks[FAKE_FLASH_BANKS];
    size_t count;
};

void fake_opener_make(struct fake_opener *fake);
void fake_opener_add(struct fake_opener *fake, struct fake_flash *bank); /* borrowed */

#endif
