/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a member's head, the block of 512 bytes before its data. archive_format_head writes it. */
#ifndef IMAGE_ARCHIVE_HEAD_H
#define IMAGE_ARCHIVE_HEAD_H

#include "image/archive.h"

/* ERROR_IMAGE, "archive: ...", if it is not ustar, if the checksum is wrong, if the member is not a
 * regular file, if the name is extended, split or has a folder in it, or if the size is not octal.
 */
bool archive_head_parse(const unsigned char block[ARCHIVE_BLOCK], struct archive_member *member,
                        struct error *err) MUST_CHECK;

#endif
