/* SPDX-License-Identifier: Apache-2.0 */
/* The block of 512 bytes that stands before a member's bytes, read. Written: archive_format_head.
 */
#ifndef IMAGE_ARCHIVE_HEAD_H
#define IMAGE_ARCHIVE_HEAD_H

#include "image/archive.h"

/* ERROR_IMAGE, "archive: ...": no ustar, a wrong checksum, anything but a regular file, a name with
 * a folder in it, an extended or split name, a size that is not octal. */
bool archive_head_parse(const unsigned char block[ARCHIVE_BLOCK], struct archive_member *member,
                        struct error *err) MUST_CHECK;

#endif
