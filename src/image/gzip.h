/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A gzip stream (RFC 1952) of one member with nothing behind it, unpacked as it is pulled.
 * What unpacks the data inside it is image/inflater.h's: ISA-L or zlib.
 */
#ifndef IMAGE_GZIP_H
#define IMAGE_GZIP_H

#include "base/source.h"

#include <stdint.h>

enum { GZIP_HEAD_LIMIT = 65536 };

struct gzip; /* with its inflater 40 to 90 KiB of state, on the heap */

/* Borrows `packed` until it is closed. */
bool gzip_open(struct gzip **gzip, struct source *packed, struct error *err) MUST_CHECK;
void gzip_close(struct gzip **gzip); /* for CLEANUP; accepts NULL, leaves it behind */

/* Fills `data` whole, but at the stream's end, which is found only with a right CRC-32 and length
 * behind it. `got` 0: the end. ERROR_IMAGE, "gzip: ..."; a failing source's own error as it is. */
bool gzip_read(struct gzip *gzip, void *data, size_t capacity, size_t *got,
               struct error *err) MUST_CHECK;

/* After the end: nothing may stand behind it in the source. */
bool gzip_finish(struct gzip *gzip, struct error *err) MUST_CHECK;

#endif
