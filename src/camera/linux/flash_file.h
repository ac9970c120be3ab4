/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank that is a file: `file:PATH[,block=64K][,size=N]`. It is written in place in whole blocks.
 * The page cache is bypassed (O_DIRECT) if the file system allows it; otherwise the file is synced
 * and dropped from the cache before it is read. A missing file is an empty bank; opening it for
 * writing creates it. Without a size it may grow up to FLASH_FILE_ROOM, or as far as the file
 * system has room.
 */
#ifndef CAMERA_LINUX_FLASH_FILE_H
#define CAMERA_LINUX_FLASH_FILE_H

#include "camera/flash.h"

#define FLASH_FILE_ROOM (UINT64_C(1) << 40)

enum { FLASH_FILE_BLOCK = 65536, FLASH_FILE_BLOCK_LIMIT = 16 * 1024 * 1024 };

/* `where`: the text after `file:`. `bank_name`: all of it, for messages. */
bool flash_file_open(const struct flash_opener *opener, const char *bank_name, struct span where,
                     bool for_writing, struct flash **flash, struct error *err) MUST_CHECK;

#endif
