/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank that is a block device, usually a partition of an eMMC or SD card: `block:PATH`,
 * `block:PARTLABEL=NAME` or `block:PARTUUID=ID`. Its room is the whole device. It is written in
 * place, in whole blocks past the page cache.
 */
#ifndef CAMERA_LINUX_FLASH_BLOCK_H
#define CAMERA_LINUX_FLASH_BLOCK_H

#include "camera/flash.h"
#include "camera/linux/block_name.h"

enum { FLASH_BLOCK_BLOCK = 65536 };

/* `where`: the text after `block:`. `bank_name`: all of it, for messages. */
bool flash_block_open(const struct flash_opener *opener, const char *bank_name, struct span where,
                      bool for_writing, struct flash **flash, struct error *err) MUST_CHECK;

/* The same with the places of a test. */
bool flash_block_open_at(const struct block_places *places, const char *bank_name,
                         struct span where, bool for_writing, struct flash **flash,
                         struct error *err) MUST_CHECK;

#endif
