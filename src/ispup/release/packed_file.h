/* SPDX-License-Identifier: Apache-2.0 */
/* An image in a file: read as a source, and checked as a camera would check an upload. */
#ifndef ISPUP_RELEASE_PACKED_FILE_H
#define ISPUP_RELEASE_PACKED_FILE_H

#include "image/verify.h"

struct packed_file {
    struct source source; /* first: the source's address is the file's */
    int fd;               /* owned */
    const char *path;     /* borrowed */
    unsigned char *piece; /* owned */
};

#define PACKED_FILE_NONE ((struct packed_file){.fd = -1})

/* Fails with ERROR_INTERNAL, "cannot open PATH: ...". */
bool packed_file_open(struct packed_file *file, const char *path, struct error *err) MUST_CHECK;
/* Takes an open descriptor, such as a pipe; `path` names it in errors. */
bool packed_file_take(struct packed_file *file, int fd, const char *path,
                      struct error *err) MUST_CHECK;
void packed_file_close(struct packed_file *file); /* for CLEANUP; accepts PACKED_FILE_NONE */

/* A policy that takes any image for this platform, signed or not, of any size. */
struct image_policy packed_file_policy(const struct image_platform *platform);

/* Makes every check of a camera. The last part of `name` counts as the upload's file name. */
bool packed_file_verify(const char *path, const char *name, const struct image_policy *policy,
                        struct checked_image *image, struct error *err) MUST_CHECK;

#endif
