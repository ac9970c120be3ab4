/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a gzip stream (RFC 1952) of exactly one member, and decompresses it piece by piece. The
 * decompression itself is image/inflater.h: ISA-L or zlib.
 */
#ifndef IMAGE_GZIP_H
#define IMAGE_GZIP_H

#include "base/source.h"

#include <stdint.h>

enum { GZIP_HEAD_LIMIT = 65536 };

struct gzip; /* on the heap; 40 to 90 KiB with its inflater */

/* Borrows `packed` until gzip_close. */
bool gzip_open(struct gzip **gzip, struct source *packed, struct error *err) MUST_CHECK;
void gzip_close(struct gzip **gzip); /* for CLEANUP; accepts NULL, sets it to NULL */

/* Fills `data`; `got` is less than `capacity` only at the stream's end, and 0 after it. Before the
 * end is reported, CRC-32 and length were checked. ERROR_IMAGE, "gzip: ..."; an error of the source
 * is passed on unchanged. */
bool gzip_read(struct gzip *gzip, void *data, size_t capacity, size_t *got,
               struct error *err) MUST_CHECK;

/* After the end: fails if the source has more bytes. An error of the source within the next 64 KiB
 * comes first. */
bool gzip_finish(struct gzip *gzip, struct error *err) MUST_CHECK;

#endif
