/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chip of flash as its driver in the kernel shows it: NOR or NAND, in memory. What goes wrong
 * with it (bad, locked, worn blocks, a cut) is told by lines of text, a fault each.
 *
 * Functions return 0 or a negative errno, as FUSE wants it.
 */
#ifndef SUPPORT_FLASH_CHIP_H
#define SUPPORT_FLASH_CHIP_H

#include "base/span.h"

#include <stdint.h>

struct flash_chip_block {
    bool is_bad, is_locked;
    bool erase_fails, program_fails;
    bool is_weak;                /* a bit is corrected each time it is read, until it is erased */
    bool is_unreadable;          /* more bits than can be corrected, until it is erased */
    uint64_t loses_bit;          /* this many of its next programmings leave one bit wrong */
    uint64_t erased, programmed; /* how often; a programming is one write into it */
};

struct flash_chip {
    bool is_nand;
    uint64_t size;
    uint32_t block, page;
    unsigned char *bytes;            /* owned */
    bool *is_programmed;             /* owned; one for each page */
    struct flash_chip_block *blocks; /* owned */
    bool tells_locks;        /* MEMISLOCKED works, and erasing a locked block does nothing */
    bool unlocks_only_whole; /* as chips with few protection bits */
    bool stays_locked;
    bool is_read_only;                  /* as its partition says */
    bool is_cut;                        /* the power went: nothing works until `power-on` */
    uint64_t cut_at_byte, cut_at_erase; /* 0: none */
    uint64_t programmed, erased;        /* bytes, blocks; since `count` */
    uint64_t twice;                     /* bytes programmed that were not erased */
    uint64_t corrected, failed;         /* as ECCGETSTATS counts them */
};

bool flash_chip_make(struct flash_chip *chip, bool is_nand, uint64_t size, uint32_t block,
                     uint32_t page);

/* `bad 3`, `lock 0`, `cut-at-byte 70000`, `count`, ... False: no such fault. */
bool flash_chip_tell(struct flash_chip *chip, struct span line);

int flash_chip_read(struct flash_chip *chip, uint64_t at, void *data, size_t size);
/* `was_cut`: the power went in the middle of it. */
int flash_chip_program(struct flash_chip *chip, uint64_t at, struct span bytes, bool *was_cut);
int flash_chip_erase(struct flash_chip *chip, uint64_t at, uint64_t size, bool *was_cut);
int flash_chip_unlock(struct flash_chip *chip, uint64_t at, uint64_t size);
int flash_chip_is_locked(const struct flash_chip *chip); /* any block: 1 */
int flash_chip_is_bad(const struct flash_chip *chip, uint64_t at);
int flash_chip_mark_bad(struct flash_chip *chip, uint64_t at);

/* The counters, and a line for each block that something happened to. The bytes that fit. */
size_t flash_chip_describe(const struct flash_chip *chip, char *text, size_t capacity);

#endif
