/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads an image from its first byte to its last in constant memory: descriptor and signature
 * first, then the components in the descriptor's order. A member that the descriptor does not list
 * is refused before any of its data is read. The reader checks neither digests nor signature nor
 * policy: see image/check.h.
 */
#ifndef IMAGE_READER_H
#define IMAGE_READER_H

#include "image/archive.h"
#include "image/descriptor.h"
#include "image/signature.h"

struct image_reader {
    struct gzip *gzip; /* owned */
    struct archive archive;
    unsigned char *texts;    /* owned; the descriptor, then the signature */
    struct span description; /* exact bytes of ISP-Image.desc; borrowed from `texts` */
    struct span signature;   /* exact bytes of ISP-Image.desc.sig, or empty */
    struct descriptor descriptor;
    struct archive_member ahead; /* the first component's member, if its head was read already */
    bool has_ahead;
    size_t done; /* components begun so far */
};

/* Reads the descriptor and the signature. Borrows `packed` until image_reader_close. */
bool image_reader_open(struct image_reader *reader, struct source *packed,
                       struct error *err) MUST_CHECK;
void image_reader_close(struct image_reader *reader); /* for CLEANUP; accepts a zeroed reader */

/* Goes to the next component. The component before must have been read to its end. `end` is true if
 * all components were read and the image ended correctly. */
bool image_reader_next(struct image_reader *reader, enum component *which, bool *end,
                       struct error *err) MUST_CHECK;

/* Fills `data`; `got` is less than `capacity` only at the component's end, and 0 after it. */
bool image_reader_read(struct image_reader *reader, void *data, size_t capacity, size_t *got,
                       struct error *err) MUST_CHECK;

#endif
