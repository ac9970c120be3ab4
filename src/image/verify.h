/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole image, read as a camera reads it and put through every check that a camera makes before
 * and while it takes the components' bytes, in the same order; nothing is kept but the result.
 */
#ifndef IMAGE_VERIFY_H
#define IMAGE_VERIFY_H

#include "image/check.h"
#include "image/reader.h"

/* Reads all components of an image that is open, to its end, and checks their digests. */
bool verify_components(struct image_reader *reader, const struct descriptor *descriptor,
                       struct error *err) MUST_CHECK;

/* `file_name`: what an upload would carry. Fails as a camera with this policy would: ERROR_IMAGE
 * or ERROR_ROOM, or with the error of the source. */
bool verify_image(struct source *packed, struct span file_name, const struct image_policy *policy,
                  struct checked_image *image, struct error *err) MUST_CHECK;

#endif
