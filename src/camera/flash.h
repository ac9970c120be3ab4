/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flash port: a table of functions for what the device of a bank can do. camera/linux/ has the
 * real devices, tests/support/ the simulated ones. All code above this port is the same for every
 * camera.
 */
#ifndef CAMERA_FLASH_H
#define CAMERA_FLASH_H

#include "base/error.h"
#include "base/log.h"
#include "base/span.h"

#include <stdint.h>

struct flash;

struct flash_operations {
    /* Reads any bytes within the bank's room from the medium, not from a cache. Bytes past its
     * length (the end of a file) read as 0xff. */
    bool (*read)(struct flash *flash, uint64_t at, void *data, size_t size, struct error *err);

    /* Erases the block at `at` (block-aligned) to 0xff. No-op if the device needs no erasing. */
    bool (*erase)(struct flash *flash, uint64_t at, struct error *err);

    /* Programs erased blocks. `at` is block-aligned and not past the bank's length, which grows if
     * needed; the size is a multiple of the block. Page-aligned `data` is faster. */
    bool (*write)(struct flash *flash, uint64_t at, struct span bytes, struct error *err);

    /* Programs blocks that hold `before` without erasing them. `bytes` has no 1 bit that `before`
     * does not have. NULL: a block must be erased before it is programmed. */
    bool (*clear)(struct flash *flash, uint64_t at, struct span before, struct span bytes,
                  struct error *err);

    /* Whether the last read of the block at `at` had to correct bits. Such a block is written again
     * even if its bytes are right. NULL: the device corrects no bits. */
    bool (*is_worn)(struct flash *flash, uint64_t at);

    /* Retires the block at `at`, which does not keep its bytes. The blocks after it move up by one.
     * NULL: the device has no replacement blocks. */
    bool (*replace)(struct flash *flash, uint64_t at, struct error *err);

    /* Reserves room for `size` bytes without changing what is read. Called before the commit, so
     * that a later write cannot run out of room. NULL: the room is always reserved. */
    bool (*reserve)(struct flash *flash, uint64_t size, struct error *err);

    /* Returns when all writes are on the medium. */
    bool (*sync)(struct flash *flash, struct error *err);

    /* Ends the writing of a component of `size` bytes: a file is cut to this length. */
    bool (*finish)(struct flash *flash, uint64_t size, struct error *err);

    /* For a device that takes only a whole component (a vendor's loader). Reads `fd` from its
     * beginning to its end. On success the component is written, verified and on the medium. May be
     * repeated. NULL: the device takes blocks. */
    bool (*write_whole)(struct flash *flash, int fd, uint64_t size, struct error *err);

    void (*close)(struct flash *flash);
};

struct flash {
    const struct flash_operations *operations;
    uint64_t room; /* largest component, in bytes */
    /* The folder whose file system has less room than the bank was given; NULL: the bank itself is
     * the limit. Owned by the device. */
    const char *limited_by;
    uint64_t length; /* current size: a file's length, else the whole bank */
    uint32_t block;  /* erase block; if can_blocks, a power of two, at least 512 */
    unsigned moved;  /* number of retired blocks; a change makes earlier reads invalid */
    bool can_read;
    bool can_blocks;    /* single blocks; else only write_whole */
    bool can_overwrite; /* no erasing needed; writing is as fast as reading */
    bool can_beside;    /* a background thread may use it */
    bool skips_erased;  /* set by the writer: `write` may leave out bytes that are 0xff already */
    const char *where;  /* `file:/mnt/isp.bin`, for messages; owned by the device */
};

enum { FLASH_PLACE_NAME_SIZE = 256 };

/* What a bank is, under any configured name: two names of one file, one partition or one loader
 * have equal places. */
struct flash_place {
    uint64_t device, number;          /* of the file, or of the folder if `name` is not empty */
    char name[FLASH_PLACE_NAME_SIZE]; /* in that folder: of a file that does not exist yet, or of a
                                         loader */
};

/* Opens the banks that a configuration names: real devices, or those of a test. */
struct flash_opener {
    bool (*open)(const struct flash_opener *opener, const char *bank_name, bool for_writing,
                 struct flash **flash, struct error *err);
    /* Finds the bank's place without opening it. False: it is not there. */
    bool (*locate)(const struct flash_opener *opener, const char *bank_name,
                   struct flash_place *place);
    const struct log *log;    /* borrowed; NULL: no log */
    unsigned command_seconds; /* time limit of a vendor's loader */
};

/* Opens this machine's devices; the name of the driver selects the kind. */
struct flash_opener flash_linux(const struct log *log, unsigned command_seconds);

/* Whether its driver can read this name at all. ERROR_CONFIGURATION names the form. */
bool flash_linux_check_name(struct span bank_name, struct error *err) MUST_CHECK;

/* Opens the bank that the configuration names as `DRIVER:WHERE[,key=value]`. If `for_writing` is
 * false nothing is written. The caller closes it (CLEANUP). */
bool flash_open(const struct flash_opener *opener, const char *bank_name, bool for_writing,
                struct flash **flash, struct error *err) MUST_CHECK;
void flash_close(struct flash **flash); /* accepts NULL; sets it to NULL */

/* Whether all bytes are 0xff, as after an erasure. */
bool flash_is_erased(struct span bytes);

/* Whether both names are one place. False if one of them cannot be found: opening it tells why. */
bool flash_is_same_place(const struct flash_opener *opener, const char *one, const char *other);

#endif
