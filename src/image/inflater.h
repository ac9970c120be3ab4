/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decompresses deflate data (RFC 1951) piece by piece. Two files implement this header:
 * inflater_isal.c (ISA-L, twice as fast) and inflater_zlib.c. The build option `inflate` chooses
 * one. image/gzip.h reads the gzip stream around the data, the same for both.
 */
#ifndef IMAGE_INFLATER_H
#define IMAGE_INFLATER_H

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>

enum { INFLATER_HELD_SIZE = 8 };

enum inflater_outcome {
    INFLATER_MORE,   /* the packed bytes are used up, or `data` is full */
    INFLATER_END,    /* the last byte of the data was decompressed */
    INFLATER_BROKEN, /* this is not deflate data */
};

struct inflater;

bool inflater_open(struct inflater **inflater, struct error *err) MUST_CHECK;
void inflater_close(struct inflater **inflater); /* for CLEANUP; accepts NULL, sets it to NULL */

/* Decompresses to `data`, and removes the bytes that it used from the front of `packed`. */
enum inflater_outcome inflater_run(struct inflater *inflater, struct span *packed,
                                   unsigned char *data, size_t capacity, size_t *got) MUST_CHECK;

/* After INFLATER_END: bytes after the deflate data that the inflater has already taken from
 * `packed`. Returns their number. The rest of `packed` follows them. */
size_t inflater_held(const struct inflater *inflater, unsigned char bytes[INFLATER_HELD_SIZE]);

/* The CRC-32 of RFC 1952, continued from `crc` (0 at the beginning). */
uint32_t inflater_crc(uint32_t crc, struct span bytes);

#endif
