/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A flash chip as the kernel's driver shows it: NOR or NAND, in memory. Lines of text inject its
 * faults (bad, locked or worn blocks, a power cut), one fault a line.
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
    bool is_weak;                /* a bit is corrected at each read, until it is erased */
    bool is_half_erased;         /* bits flip on a later read, until it is erased */
    unsigned half_reads;         /* how often a half erased block was read */
    bool is_unreadable;          /* more bits are wrong than can be corrected, until it is erased */
    uint64_t loses_bit;          /* this many of its next programmings leave one bit wrong */
    uint64_t erased, programmed; /* how often; one write into the block counts as one programming */
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
    bool is_read_only;                  /* the partition is read-only */
    bool is_cut;                        /* the power is off: nothing works until `power-on` */
    uint64_t cut_at_byte, cut_at_erase; /* 0: none */
    uint64_t programmed, erased;        /* bytes, blocks; since `count` */
    uint64_t read;                      /* bytes; since `count` */
    /* The clock: microseconds of one erasure, and of programming up to `program_page` bytes that
     * lie in one page. A data sheet has typical and maximal times. */
    uint64_t erase_us, program_us, program_page;
    uint64_t busy_us;           /* what the chip needed; since `count` */
    bool takes_time;            /* each call lasts as long as the clock says */
    uint64_t twice;             /* bytes that were programmed without an erasure before */
    uint64_t corrected, failed; /* as ECCGETSTATS counts them */
};

bool flash_chip_make(struct flash_chip *chip, bool is_nand, uint64_t size, uint32_t block,
                     uint32_t page);

/* `bad 3`, `lock 0`, `weak-erase 2`, `erase-us 150000`, `cut-at-byte 70000`, `count`, ... False: no
 * such fault. */
bool flash_chip_tell(struct flash_chip *chip, struct span line);

int flash_chip_read(struct flash_chip *chip, uint64_t at, void *data, size_t size);
/* `was_cut`: the power went off during this call. */
int flash_chip_program(struct flash_chip *chip, uint64_t at, struct span bytes, bool *was_cut);
int flash_chip_erase(struct flash_chip *chip, uint64_t at, uint64_t size, bool *was_cut);
int flash_chip_unlock(struct flash_chip *chip, uint64_t at, uint64_t size);
int flash_chip_is_locked(const struct flash_chip *chip); /* any block: 1 */
int flash_chip_is_bad(const struct flash_chip *chip, uint64_t at);
int flash_chip_mark_bad(struct flash_chip *chip, uint64_t at);

/* The counters, and a line for each block with a history. Returns the bytes that fit. */
size_t flash_chip_describe(const struct flash_chip *chip, char *text, size_t capacity);

#endif
