/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the head of a gzip member (RFC 1952, section 2.3) byte by byte, so it may be cut anywhere.
 * Optional fields are accepted, reserved flags are refused.
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

/* The caller sets it to zero at the beginning. */
struct gzip_head {
    enum gzip_head_part part;
    unsigned char flags;
    size_t size;  /* bytes taken so far */
    size_t at;    /* bytes taken of the present part */
    size_t extra; /* bytes of the extra field */
    uint32_t crc; /* of the bytes before the check */
    uint16_t check;
};

/* Removes the head's bytes from the front of `bytes`. `done` is true after its last byte.
 * ERROR_IMAGE, "gzip: ...". */
bool gzip_head_take(struct gzip_head *head, struct span *bytes, bool *done,
                    struct error *err) MUST_CHECK;

#endif
