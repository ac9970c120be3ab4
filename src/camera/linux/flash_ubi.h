/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank that is a UBI volume: `ubi:ubiN:VOLUME`. It is written by one atomic update of the whole
 * volume, which an interruption leaves marked; such a volume holds nothing until it is written
 * again. UBI itself handles bad blocks, wear and corrected bits.
 */
#ifndef CAMERA_LINUX_FLASH_UBI_H
#define CAMERA_LINUX_FLASH_UBI_H

#include "camera/flash.h"
#include "camera/linux/ubi_volume.h"

/* `where`: the text after `ubi:`. `bank_name`: all of it, for messages. */
bool flash_ubi_open(const struct flash_opener *opener, const char *bank_name, struct span where,
                    bool for_writing, struct flash **flash, struct error *err) MUST_CHECK;

/* The same with the places of a test; `places` is borrowed. */
bool flash_ubi_open_at(const struct ubi_places *places, const char *bank_name, struct span where,
                       bool for_writing, struct flash **flash, struct error *err) MUST_CHECK;

/* Reads `where`, and does not look for the volume. */
bool flash_ubi_check_name(struct span where, struct error *err) MUST_CHECK;

#endif
