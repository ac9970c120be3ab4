/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank that is a file: `file:PATH[,block=64K][,size=N]`. Written in place in whole blocks, past
 * the page cache where the file system allows it (O_DIRECT); elsewhere synced and dropped from the
 * cache before it is read. A missing file is an empty bank, and is made when it is opened for
 * writing. Without a size it may grow to FLASH_FILE_ROOM: whether the file system has that much is
 * the update's own question.
 */
#ifndef CAMERA_LINUX_FLASH_FILE_H
#define CAMERA_LINUX_FLASH_FILE_H

#include "camera/flash.h"

#define FLASH_FILE_ROOM (UINT64_C(1) << 40)

enum { FLASH_FILE_BLOCK = 65536, FLASH_FILE_BLOCK_LIMIT = 16 * 1024 * 1024 };

/* `where` is what stands behind `file:`; `bank` the whole, which texts quote. */
bool flash_file_open(const struct flash_opener *opener, const char *bank, struct span where,
                     bool for_writing, struct flash **flash, struct error *err) MUST_CHECK;

#endif
