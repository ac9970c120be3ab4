/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank that is an mtd partition of the kernel: `mtd:NAME` or `mtd:/dev/mtdN`. Its room is the
 * whole partition. Locked sectors are unlocked, and the log says so. `,rewrite=yes`: a block of NOR
 * whose change only clears bits is not erased.
 */
#ifndef CAMERA_LINUX_FLASH_MTD_H
#define CAMERA_LINUX_FLASH_MTD_H

#include "camera/flash.h"

/* `where`: the text after `mtd:`. `bank_name`: all of it, for messages. */
bool flash_mtd_open(const struct flash_opener *opener, const char *bank_name, struct span where,
                    bool for_writing, struct flash **flash, struct error *err) MUST_CHECK;

#endif
