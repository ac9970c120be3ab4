/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compresses bytes into one gzip member (RFC 1952), reproducibly: always zlib's level 9, and a head
 * without name and time. With the same version of zlib, equal input gives equal output, even if it
 * is added in other pieces. Only for the packer: no camera program links it.
 */
#ifndef IMAGE_GZIP_WRITER_H
#define IMAGE_GZIP_WRITER_H

#include "base/error.h"
#include "base/span.h"

struct gzip_writer; /* on the heap, about 330 KiB */

/* Borrows `fd` until gzip_writer_close. */
bool gzip_writer_open(struct gzip_writer **writer, int fd, struct error *err) MUST_CHECK;
void gzip_writer_close(struct gzip_writer **writer); /* for CLEANUP; accepts NULL */

bool gzip_writer_add(struct gzip_writer *writer, struct span bytes, struct error *err) MUST_CHECK;

/* Writes the remaining data, the CRC-32 and the length. Nothing may be added after it. */
bool gzip_writer_end(struct gzip_writer *writer, struct error *err) MUST_CHECK;

#endif
