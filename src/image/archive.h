/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The archive inside the gzip stream: ustar, regular files alone, in the exact form of
 * docs/image-format.md ("The archive"). Numbers are read byte by byte; nothing is believed.
 */
#ifndef IMAGE_ARCHIVE_H
#define IMAGE_ARCHIVE_H

#include "image/gzip.h"

enum { ARCHIVE_BLOCK = 512, ARCHIVE_NAME_SIZE = 100, ARCHIVE_RECORD = 10240 };

/* Of one member: what 11 octal digits can say. */
#define ARCHIVE_SIZE_LIMIT UINT64_C(077777777777)

struct archive_member {
    char name[ARCHIVE_NAME_SIZE + 1]; /* 1 to 100 printable ASCII bytes without / */
    uint64_t size;
};

struct archive {
    struct gzip *gzip; /* borrowed */
    uint64_t left;     /* bytes of the member under way that were not read yet */
    unsigned filling;  /* bytes that fill its last block */
    uint64_t passed;   /* bytes of the archive that were read so far */
};

void archive_open(struct archive *archive, struct gzip *gzip);

/* The next member; the one before must have been read whole. `end`: the two zero blocks, and what
 * may follow them, were there, and the gzip stream ended whole with nothing behind it. ERROR_IMAGE,
 * "archive: ...". */
bool archive_next(struct archive *archive, struct archive_member *member, bool *end,
                  struct error *err) MUST_CHECK;

/* Fills `data` whole, but at the member's end (`got` 0: the end). */
bool archive_read(struct archive *archive, void *data, size_t capacity, size_t *got,
                  struct error *err) MUST_CHECK;

/* The head of a member as a packer writes it: mode 0644, owner 0, time 0, POSIX magic. The name has
 * 1 to ARCHIVE_NAME_SIZE bytes, the size is at most ARCHIVE_SIZE_LIMIT. (archive_format.c, part of
 * what packers alone link.) */
void archive_format_head(const char *name, uint64_t size, unsigned char block[ARCHIVE_BLOCK]);

#endif
