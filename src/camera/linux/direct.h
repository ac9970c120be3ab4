/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads and writes a file or a block device past the page cache (O_DIRECT). If that is not
 * possible, what was written is synced and dropped from the cache before it is read.
 */
#ifndef CAMERA_LINUX_DIRECT_H
#define CAMERA_LINUX_DIRECT_H

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>

struct direct {
    int fd;                /* owned; FD_NONE: nothing can be read or written */
    bool is_set;           /* O_DIRECT is set */
    bool is_dirty;         /* written since the last sync, perhaps by another program */
    unsigned char *bounce; /* owned; page-aligned, for reads that are not aligned */
    char *where;           /* owned; begins each error text */
};

/* `where` is copied. */
bool direct_make(struct direct *direct, const char *where, struct error *err) MUST_CHECK;
void direct_discard(struct direct *direct); /* for CLEANUP */

/* Takes the descriptor, and sets O_DIRECT if the file system knows it. */
void direct_use(struct direct *direct, int fd);

/* Reads bytes that are before the end, from the medium. */
bool direct_read(struct direct *direct, uint64_t at, void *data, size_t size,
                 struct error *err) MUST_CHECK;
/* `at` and the size are multiples of 512. */
bool direct_write(struct direct *direct, uint64_t at, struct span bytes,
                  struct error *err) MUST_CHECK;
/* Returns when all writes are on the medium. */
bool direct_sync(struct direct *direct, struct error *err) MUST_CHECK;

#endif
