/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The archive inside the gzip stream: a ustar archive of regular files only, exactly as
 * docs/image-format.md, "The archive", describes it. Numbers are read byte by byte. Every field is
 * checked.
 */
#ifndef IMAGE_ARCHIVE_H
#define IMAGE_ARCHIVE_H

#include "image/gzip.h"

enum { ARCHIVE_BLOCK = 512, ARCHIVE_NAME_SIZE = 100, ARCHIVE_RECORD = 10240 };

/* The largest size of a member: the head has room for 11 octal digits. */
#define ARCHIVE_SIZE_LIMIT UINT64_C(077777777777)

struct archive_member {
    char name[ARCHIVE_NAME_SIZE + 1]; /* 1 to 100 printable ASCII bytes without / */
    uint64_t size;
};

struct archive {
    struct gzip *gzip; /* borrowed */
    uint64_t left;     /* bytes of the present member that were not read yet */
    unsigned filling;  /* zero bytes that fill its last block */
    uint64_t passed;   /* bytes of the archive read so far */
};

void archive_open(struct archive *archive, struct gzip *gzip);

/* Goes to the next member. The member before must have been read to its end. `end` is true if the
 * archive ended correctly: two zero blocks, optional zero blocks up to a full record, and the
 * correct end of the gzip stream with no bytes after it. ERROR_IMAGE, "archive: ...". */
bool archive_next(struct archive *archive, struct archive_member *member, bool *end,
                  struct error *err) MUST_CHECK;

/* Fills `data`; `got` is less than `capacity` only at the member's end, and 0 after it. */
bool archive_read(struct archive *archive, void *data, size_t capacity, size_t *got,
                  struct error *err) MUST_CHECK;

/* Writes a member's head as a packer makes it: mode 0644, owner 0, time 0, POSIX magic. The name
 * has 1 to ARCHIVE_NAME_SIZE bytes, the size is at most ARCHIVE_SIZE_LIMIT. It is in
 * archive_format.c, which only the packer links. */
void archive_format_head(const char *name, uint64_t size, unsigned char block[ARCHIVE_BLOCK]);

#endif
