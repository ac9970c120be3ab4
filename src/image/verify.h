/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a whole image and makes the same checks as a camera in the same order: those before the
 * first component's data and those on the data itself. Only the result is kept.
 */
#ifndef IMAGE_VERIFY_H
#define IMAGE_VERIFY_H

#include "image/check.h"
#include "image/reader.h"

/* Reads all components of an open image to its end and checks their digests. */
bool verify_components(struct image_reader *reader, const struct descriptor *descriptor,
                       struct error *err) MUST_CHECK;

/* `file_name` is the name that an upload would send. Fails like a camera with this policy:
 * ERROR_IMAGE or ERROR_ROOM, or with the error of the source. */
bool verify_image(struct source *packed, struct span file_name, const struct image_policy *policy,
                  struct checked_image *image, struct error *err) MUST_CHECK;

#endif
