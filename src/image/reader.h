/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An image read from its first packed byte to its last, in constant memory: descriptor and
 * signature first, then the components in the descriptor's order. What the descriptor does not
 * list ends the reading before a byte of it is unpacked. Digests, signature and policy are not the
 * reader's: see image/check.h.
 */
#ifndef IMAGE_READER_H
#define IMAGE_READER_H

#include "image/archive.h"
#include "image/descriptor.h"
#include "image/signature.h"

struct image_reader {
    struct gzip *gzip; /* owned */
    struct archive archive;
    unsigned char *texts;    /* owned; descriptor, then signature */
    struct span description; /* ISP-Image.desc, its exact bytes; lives as long as the reader */
    struct span signature;   /* ISP-Image.desc.sig, or empty */
    struct descriptor descriptor;
    struct archive_member ahead; /* the member behind the signature, its head already read */
    bool has_ahead;
    size_t done; /* components that were begun */
};

/* Reads up to and with the descriptor and the signature. Borrows `packed` until it is closed. */
bool image_reader_open(struct image_reader *reader, struct source *packed,
                       struct error *err) MUST_CHECK;
void image_reader_close(struct image_reader *reader); /* for CLEANUP; a zeroed one is accepted */

/* Goes to the next component; the one before must have been read whole. `end`: all were there and
 * the image ended as it must. */
bool image_reader_next(struct image_reader *reader, enum component *which, bool *end,
                       struct error *err) MUST_CHECK;

/* Fills `data` whole, but at the component's end (`got` 0: the end). */
bool image_reader_read(struct image_reader *reader, void *data, size_t capacity, size_t *got,
                       struct error *err) MUST_CHECK;

#endif
