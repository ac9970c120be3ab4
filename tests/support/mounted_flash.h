/* SPDX-License-Identifier: Apache-2.0 */
/* Simulated flash for a test: runs flash_mount (see its source) as a child. */
#ifndef SUPPORT_MOUNTED_FLASH_H
#define SUPPORT_MOUNTED_FLASH_H

#include "scratch.h"

#include <stdint.h>
#include <sys/types.h>

/* The exit status of flash_mount without FUSE. Meson counts a test program with this status as
 * skipped. */
enum { MOUNTED_SKIPPED = 77 };

struct mounted_flash {
    struct scratch scratch;
    pid_t server;
    char device[FILE_PATH_SIZE]; /* of its one chip */
};

/* False if this machine has no FUSE; the server has printed the reason. `chip` as flash_mount
 * takes it: `nor:1M:64K:1`. */
bool mounted_flash_begin(struct mounted_flash *mounted, const char *chip);

/* The same with another program. It gets the folder and up to two more words; `device` is a file
 * that it mounts there. */
bool mounted_flash_begin_with(struct mounted_flash *mounted, const char *program,
                              const char *device, const char *const parts[2]);
void mounted_flash_end(struct mounted_flash *mounted); /* for CLEANUP; zeroed: nothing */

/* Injects a fault, as flash_chip_tell takes it. */
void mounted_flash_tell(struct mounted_flash *mounted, const char *line);

/* A counter of its state: `erased`, `programmed`, `twice`. */
uint64_t mounted_flash_count(struct mounted_flash *mounted, const char *name);

/* Whether its state contains this line. */
bool mounted_flash_has(struct mounted_flash *mounted, const char *line);

#endif
