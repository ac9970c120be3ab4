/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image that is pushed: open, looked at whole before any camera is asked, and sent from the
 * same descriptor. Of this project's format it is checked by the camera's own rules; of another
 * (the vendor's own) no more than its name, its size and that its gzip stream is whole.
 */
#ifndef ISPUP_IMAGE_FILE_H
#define ISPUP_IMAGE_FILE_H

#include "image/check.h"
#include "protocol/versions.h"

#include <stdint.h>
#include <time.h>

/* Of one of another format, packed: what this project's cameras take where nothing else is
 * configured. The specification's own example has 2.5 MB. */
enum { IMAGE_FILE_FOREIGN_LIMIT = 64 * 1024 * 1024 };

struct image_file {
    int fd;           /* owned */
    const char *path; /* borrowed */
    char file_name[IMAGE_NAME_SIZE + 1];
    uint64_t size;
    struct timespec modified; /* when it was opened */
    struct image_name name;
    bool is_foreign;
    bool is_signed;                    /* by whomever; false where it is foreign */
    char sha256[DIGEST_TEXT_SIZE + 1]; /* of its descriptor; empty where it is foreign */
    /* What SYSTEM_LOG shows once it runs; empty where it says nothing of it. */
    struct versions versions;
};

#define IMAGE_FILE_NONE ((struct image_file){.fd = -1})

/* `keys`: a folder of public keys, one of which must have signed it, or NULL. An error that a
 * camera would answer has another kind than ERROR_INTERNAL. */
bool image_file_open(struct image_file *file, const char *path, bool may_be_foreign,
                     const char *keys, struct error *err) MUST_CHECK;

/* Whether the file is still the one that was checked, as far as its size and time tell. */
bool image_file_is_same(const struct image_file *file);

/* Of one that could not be opened: whether it is whole, rightly named, and of another format. */
bool image_file_is_foreign(const struct image_file *file);
void image_file_close(struct image_file *file); /* for CLEANUP */

#endif
