/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image that is pushed. It is checked whole before any camera is asked, and sent from the same
 * open file. An image of this project's format is checked by the camera's own rules. A foreign
 * image, of the vendor's own format, is checked for its name, its size and a whole gzip stream.
 */
#ifndef ISPUP_RELEASE_IMAGE_FILE_H
#define ISPUP_RELEASE_IMAGE_FILE_H

#include "image/check.h"
#include "protocol/versions.h"

#include <stdint.h>
#include <time.h>

/* Bytes of a foreign image: the default limit of this project's cameras. The specification's own
 * example has 2.5 MB. */
enum { IMAGE_FILE_FOREIGN_LIMIT = 64 * 1024 * 1024 };

struct image_file {
    int fd;           /* owned */
    const char *path; /* borrowed */
    char file_name[IMAGE_NAME_SIZE + 1];
    uint64_t size;
    struct timespec modified; /* when it was opened */
    struct image_name name;
    bool is_foreign;
    bool is_signed;                    /* by any key; false if it is foreign */
    char sha256[DIGEST_TEXT_SIZE + 1]; /* of its descriptor; empty if it is foreign */
    char file_sha256[DIGEST_TEXT_SIZE + 1];
    /* What SYSTEM_LOG shows when the image runs; empty if the image does not tell. */
    struct versions versions;
};

#define IMAGE_FILE_NONE ((struct image_file){.fd = -1})

/* `keys`: a folder of public keys, one of which must have signed the image, or NULL. ERROR_INTERNAL
 * is this machine's trouble; any other kind is what a camera would answer. */
bool image_file_open(struct image_file *file, const char *path, bool may_be_foreign,
                     const char *keys, struct error *err) MUST_CHECK;

/* Whether size and time of modification are as they were when the file was checked. */
bool image_file_is_same(const struct image_file *file);

/* After image_file_open failed: whether the file is a whole foreign image with a valid name. */
bool image_file_is_foreign(const struct image_file *file);
void image_file_close(struct image_file *file); /* for CLEANUP */

#endif
