/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The port to flash: what a bank's device can do, as a small table of functions. camera/linux/ has
 * the devices, tests/support/ the simulated ones. Above it everything is the same for every camera.
 */
#ifndef CAMERA_FLASH_H
#define CAMERA_FLASH_H

#include "base/error.h"
#include "base/log.h"
#include "base/span.h"

#include <stdint.h>

struct flash;

struct flash_operations {
    /* Reads from the medium, past every cache: any bytes within the bank's room. Past its length
     * (a file's end) there is 0xff. */
    bool (*read)(struct flash *flash, uint64_t at, void *data, size_t size, struct error *err);

    /* Erases the block at `at` (block-aligned) to 0xff. A device that needs no erasing does
     * nothing. */
    bool (*erase)(struct flash *flash, uint64_t at, struct error *err);

    /* Programs erased blocks: `at` block-aligned and not past the bank's length, which grows with
     * it; size in whole blocks; `data` page-aligned, or it is slower. */
    bool (*write)(struct flash *flash, uint64_t at, struct span bytes, struct error *err);

    /* Whether bits of the block at `at` had to be corrected when it was read last: it is to be
     * written again, whatever it holds. NULL: no bits are corrected here. */
    bool (*is_worn)(struct flash *flash, uint64_t at);

    /* The block at `at` does not hold what is written into it: from now on another takes its place,
     * and those behind it move up. NULL: there is no other. */
    bool (*replace)(struct flash *flash, uint64_t at, struct error *err);

    /* Makes sure that `size` bytes will find room, without changing what is read: asked before the
     * commit of what is written after it. NULL where a bank's room is always its own. */
    bool (*reserve)(struct flash *flash, uint64_t size, struct error *err);

    /* Returns when all that was written is on the medium. */
    bool (*sync)(struct flash *flash, struct error *err);

    /* What was written is a component of `size` bytes and whole: a file gets this length. */
    bool (*finish)(struct flash *flash, uint64_t size, struct error *err);

    /* For a device that only takes the whole (a vendor's loader): `fd` is read from its beginning
     * to its end; true: written, verified and on the medium. May be done again. NULL where blocks
     * can be written. */
    bool (*write_whole)(struct flash *flash, int fd, uint64_t size, struct error *err);

    void (*close)(struct flash *flash);
};

struct flash {
    const struct flash_operations *operations;
    uint64_t room;   /* bytes that a component may have */
    uint64_t length; /* bytes there now: a file's length, else the whole bank */
    uint32_t block;  /* erase block, a power of two of at least 512 */
    unsigned moved;  /* how often blocks have moved up: what was read before counts no more */
    bool can_read;
    bool can_blocks;    /* single blocks; else only write_whole */
    bool can_overwrite; /* without erasing: writing a block is as quick as reading it */
    bool can_beside;    /* one thread may use it while another prepares what comes next */
    const char *where;  /* `file:/mnt/isp.bin`, for texts; owned by the device */
};

/* What opens the banks that a configuration names: the machine's own devices, or a test's. */
struct flash_opener {
    bool (*open)(const struct flash_opener *opener, const char *bank, bool for_writing,
                 struct flash **flash, struct error *err);
    const struct log *log;    /* borrowed: what a device has to tell; NULL: nobody reads it */
    unsigned command_seconds; /* that a vendor's loader has */
};

/* The machine's own devices, found by the driver's name. */
struct flash_opener flash_linux(const struct log *log, unsigned command_seconds);

/* Opens a bank, `DRIVER:WHERE[,key=value]` as the configuration has it. `for_writing` false
 * promises that nothing is written. The caller closes it (CLEANUP). */
bool flash_open(const struct flash_opener *opener, const char *bank, bool for_writing,
                struct flash **flash, struct error *err) MUST_CHECK;
void flash_close(struct flash **flash); /* accepts NULL, leaves it behind */

#endif
