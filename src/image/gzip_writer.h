/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packs bytes into one gzip member (RFC 1952), reproducibly: zlib's level 9 always, a head without
 * name and time. The same bytes in, however they are cut, give the same bytes out for one version
 * of zlib. For the packer; no camera program links it.
 */
#ifndef IMAGE_GZIP_WRITER_H
#define IMAGE_GZIP_WRITER_H

#include "base/error.h"
#include "base/span.h"

struct gzip_writer; /* about 330 KiB, on the heap */

/* Borrows `fd` until it is closed. */
bool gzip_writer_open(struct gzip_writer **writer, int fd, struct error *err) MUST_CHECK;
void gzip_writer_close(struct gzip_writer **writer); /* for CLEANUP; accepts NULL, leaves it */

bool gzip_writer_add(struct gzip_writer *writer, struct span bytes, struct error *err) MUST_CHECK;

/* Writes what is left, the CRC-32 and the length. Nothing is added after it. */
bool gzip_writer_end(struct gzip_writer *writer, struct error *err) MUST_CHECK;

#endif
