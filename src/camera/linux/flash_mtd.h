/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank that is a partition of flash known to the kernel as mtd: `mtd:NAME` or `mtd:/dev/mtdN`.
 * Its room is the whole partition. Sectors found locked are unlocked, and the log says so.
 */
#ifndef CAMERA_LINUX_FLASH_MTD_H
#define CAMERA_LINUX_FLASH_MTD_H

#include "camera/flash.h"

/* `where` is what stands behind `mtd:` in `bank`. */
bool flash_mtd_open(const struct flash_opener *opener, const char *bank, struct span where,
                    bool for_writing, struct flash **flash, struct error *err) MUST_CHECK;

#endif
