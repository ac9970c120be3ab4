/* SPDX-License-Identifier: Apache-2.0 */
/* Flash behind FUSE for a test: flash_mount (its source says what it does) as a child. */
#ifndef SUPPORT_MOUNTED_FLASH_H
#define SUPPORT_MOUNTED_FLASH_H

#include "scratch.h"

#include <stdint.h>
#include <sys/types.h>

struct mounted_flash {
    struct scratch scratch;
    pid_t server;
    char device[FILE_PATH_SIZE]; /* of its one chip */
};

/* False where this machine cannot mount it: the server has said why. `chip` as flash_mount wants
 * it, `nor:1M:64K:1`. */
bool mounted_flash_begin(struct mounted_flash *mounted, const char *chip);
void mounted_flash_end(struct mounted_flash *mounted); /* for CLEANUP; zeroed: nothing */

/* A fault, as flash_chip_tell takes it. */
void mounted_flash_tell(struct mounted_flash *mounted, const char *line);

/* A counter of its state: `erased`, `programmed`, `twice`. */
uint64_t mounted_flash_count(struct mounted_flash *mounted, const char *name);

/* Whether its state has this line. */
bool mounted_flash_has(struct mounted_flash *mounted, const char *line);

#endif
