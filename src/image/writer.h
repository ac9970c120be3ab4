/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An image written from its first byte to its last, in constant memory: the reader's other half,
 * in the exact form of docs/image-format.md. It checks nothing but the members' sizes: whoever has
 * written an image reads it back. For the packer; no camera program links it.
 */
#ifndef IMAGE_WRITER_H
#define IMAGE_WRITER_H

#include "image/archive.h"
#include "image/gzip_writer.h"

struct image_writer {
    struct gzip_writer *gzip; /* owned */
    uint64_t left;            /* bytes of the member under way that are still to come */
    size_t filling;           /* zero bytes that follow it */
};

/* Writes the descriptor and the signature (none where it is empty). Borrows `fd`. */
bool image_writer_open(struct image_writer *writer, int fd, struct span description,
                       struct span signature, struct error *err) MUST_CHECK;
void image_writer_close(struct image_writer *writer); /* for CLEANUP; a zeroed one is accepted */

/* Begins a component, then takes its bytes as they come: exactly `size` of them. */
bool image_writer_begin(struct image_writer *writer, const char *name, uint64_t size,
                        struct error *err) MUST_CHECK;
bool image_writer_add(struct image_writer *writer, struct span bytes, struct error *err) MUST_CHECK;

/* Ends archive and gzip stream. */
bool image_writer_end(struct image_writer *writer, struct error *err) MUST_CHECK;

#endif
