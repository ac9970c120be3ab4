/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deflate data (RFC 1951) unpacked as it comes. Two files implement this header, inflater_isal.c
 * (ISA-L, twice as fast) and inflater_zlib.c; the build's option `inflate` chooses one. The gzip
 * stream around the data is image/gzip.h's, the same for both.
 */
#ifndef IMAGE_INFLATER_H
#define IMAGE_INFLATER_H

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>

enum { INFLATER_HELD_SIZE = 8 };

enum inflater_outcome {
    INFLATER_MORE,   /* the packed bytes are used up, or `data` is full */
    INFLATER_END,    /* the data's last byte was unpacked */
    INFLATER_BROKEN, /* this is no deflate data */
};

struct inflater;

bool inflater_open(struct inflater **inflater, struct error *err) MUST_CHECK;
void inflater_close(struct inflater **inflater); /* for CLEANUP; accepts NULL, leaves it behind */

/* Unpacks into `data` and takes what it used off the front of `packed`. */
enum inflater_outcome inflater_run(struct inflater *inflater, struct span *packed,
                                   unsigned char *data, size_t capacity, size_t *got) MUST_CHECK;

/* After INFLATER_END: the bytes behind the deflate data that were used all the same, and how many.
 * What `packed` still has stands behind these. */
size_t inflater_held(const struct inflater *inflater, unsigned char bytes[INFLATER_HELD_SIZE]);

/* The CRC-32 of RFC 1952, carried on from `crc` (0 at the beginning). */
uint32_t inflater_crc(uint32_t crc, struct span bytes);

#endif
