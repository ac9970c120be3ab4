/* SPDX-License-Identifier: Apache-2.0 */
/* An image in a file of this machine, opened: its descriptor is read. */
#ifndef UPDATE_IMAGE_FILE_H
#define UPDATE_IMAGE_FILE_H

#include "image/reader.h"
#include "update/body.h"

struct image_file {
    int fd; /* owned */
    struct body body;
    struct image_reader reader; /* borrows `body`: an image_file must not be copied */
};

#define IMAGE_FILE_NONE ((struct image_file){.fd = -1})

bool image_file_open(struct image_file *file, const char *path, struct error *err) MUST_CHECK;
void image_file_close(struct image_file *file); /* for CLEANUP */

#endif
