/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes an image from its first byte to its last in constant memory, exactly as
 * docs/image-format.md describes it. It checks only the members' sizes: the caller reads the image
 * back to check the rest. Only for the packer: no camera program links it.
 */
#ifndef IMAGE_WRITER_H
#define IMAGE_WRITER_H

#include "image/archive.h"
#include "image/gzip_writer.h"

struct image_writer {
    struct gzip_writer *gzip; /* owned */
    uint64_t left;            /* bytes of the present member that were not added yet */
    size_t filling;           /* zero bytes that follow it */
};

/* Writes the descriptor, then the signature unless it is empty. Borrows `fd`. */
bool image_writer_open(struct image_writer *writer, int fd, struct span description,
                       struct span signature, struct error *err) MUST_CHECK;
void image_writer_close(struct image_writer *writer); /* for CLEANUP; accepts a zeroed writer */

/* image_writer_begin begins a component of `size` bytes; image_writer_add then adds exactly that
 * many bytes, in any pieces. */
bool image_writer_begin(struct image_writer *writer, const char *name, uint64_t size,
                        struct error *err) MUST_CHECK;
bool image_writer_add(struct image_writer *writer, struct span bytes, struct error *err) MUST_CHECK;

/* Ends the archive and the gzip stream. */
bool image_writer_end(struct image_writer *writer, struct error *err) MUST_CHECK;

#endif
