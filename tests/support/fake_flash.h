/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A NOR flash in memory: erasing sets a block to 0xff, programming only clears bits. If the power
 * goes in the middle of a block, part of it is done and one word is torn. The block is weak until
 * it is erased again: the cells of the torn word read differently from time to time.
 */
#ifndef SUPPORT_FAKE_FLASH_H
#define SUPPORT_FAKE_FLASH_H

#include "camera/flash.h"
#include "fake_power.h"

enum { FAKE_FLASH_BANKS = 8, FAKE_FLASH_WORD = 8, FAKE_FLASH_FOREVER = 1000000 };

struct fake_flash {
    struct flash flash; /* the port for the code under test */
    struct fake_power *power;
    unsigned char *bytes; /* owned; what a read returns */
    /* Owned; of a bank in a file: what is on the medium. NULL: each change is there at once. */
    unsigned char *durable;
    bool *weak;     /* owned; one for each block */
    uint32_t *torn; /* owned; for each weak block the offset of its torn word */
    uint64_t reads; /* of weak blocks: every second read returns the torn word differently */
    uint64_t place; /* equal numbers mean one place; 0: a place of its own */
    unsigned opened;
    bool for_writing;
    /* Since the test set them to 0: blocks, blocks, those programmed by `clear`, bytes. */
    uint64_t erased, written, cleared, read;
    uint64_t finished; /* the size of the last call of finish */
    /* A worn block: this many of its next erasures fail, and this many of its next programmings
     * leave one bit wrong. */
    size_t worn_block;
    unsigned erasures_fail, bits_wrong;
    /* NAND: the block reads right because its bits are corrected, until it is erased. */
    bool has_corrected;
    size_t corrected_block;
    bool is_volume; /* its first block is weak: an update of the volume was not finished */
    /* The bank accepts this many more changes, and then refuses every change. */
    bool is_dying;
    unsigned changes_left;
};

/* `name` as the configuration has it, borrowed; all bytes are 0xff. `power` is borrowed. */
void fake_flash_make(struct fake_flash *fake, const char *name, uint64_t size, uint32_t block,
                     struct fake_power *power);
void fake_flash_free(struct fake_flash *fake); /* for CLEANUP */

/* Puts bytes there, as a factory does. */
void fake_flash_fill(struct fake_flash *fake, struct span bytes);

/* From now on a bank in a file: only what was synced survives the power. */
void fake_flash_buffer(struct fake_flash *fake);

/* The power was off: block N of what was not synced is on the medium if bit N % 64 of `chance` is
 * set, else it is lost. */
void fake_flash_lose(struct fake_flash *fake, uint64_t chance);

/* Whether the bank begins with these bytes and none of their blocks is weak. */
bool fake_flash_holds(const struct fake_flash *fake, struct span bytes);

/* NOR that a product allows to program without erasing, if bits are only cleared. */
void fake_flash_allow_clear(struct fake_flash *fake);

/* A device that accepts only the whole image, as a vendor's loader does. */
void fake_flash_take_only_whole(struct fake_flash *fake, bool can_read);

/* A volume of UBI: it takes only the whole image, and while an update is not finished it holds
 * nothing and cannot be read. */
void fake_flash_be_volume(struct fake_flash *fake);

struct fake_opener {
    struct flash_opener opener; /* the port for the code under test */
    struct fake_flash *banks[FAKE_FLASH_BANKS];
    size_t count;
};

void fake_opener_make(struct fake_opener *fake);
void fake_opener_add(struct fake_opener *fake, struct fake_flash *bank); /* borrowed */

#endif
