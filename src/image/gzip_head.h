/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head of a gzip member (RFC 1952, section 2.3), taken byte by byte however it is cut: any of
 * the optional fields, none of the reserved flags.
 */
#ifndef IMAGE_GZIP_HEAD_H
#define IMAGE_GZIP_HEAD_H

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>

enum gzip_head_part {
    GZIP_HEAD_FIXED,
    GZIP_HEAD_EXTRA_SIZE,
    GZIP_HEAD_EXTRA,
    GZIP_HEAD_NAME,
    GZIP_HEAD_COMMENT,
    GZIP_HEAD_CHECK,
    GZIP_HEAD_DONE,
};

/* All zero at the beginning. */
struct gzip_head {
    enum gzip_head_part part;
    unsigned char flags;
    size_t size;  /* bytes taken */
    size_t at;    /* bytes taken of this part */
    size_t extra; /* bytes of the extra field */
    uint32_t crc; /* of the bytes before the check */
    uint16_t check;
};

/* Takes the head's bytes off the front of `bytes`; `done` where its last one was among them.
 * ERROR_IMAGE, "gzip: ...". */
bool gzip_head_take(struct gzip_head *head, struct span *bytes, bool *done,
                    struct error *err) MUST_CHECK;

#endif
