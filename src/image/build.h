/* SPDX-License-Identifier: Apache-2.0 */
/* Makes an image from component files, reproducibly. For the packer; no camera program links it. */
#ifndef IMAGE_BUILD_H
#define IMAGE_BUILD_H

#include "image/descriptor.h"
#include "image/signature.h"

struct build_input {
    const char *path; /* NULL: the image has no such component */
};

/* Reads each input once to fill size and digest into `descriptor` (platform, version, built, notes,
 * files and components' versions are the caller's), in the order of enum component. */
bool build_describe(const struct build_input inputs[COMPONENT_COUNT], struct descriptor *descriptor,
                    struct error *err) MUST_CHECK;

/* Writes the whole image to `fd`: `description` (exact bytes), `signature` (may be empty), then the
 * inputs, whose bytes must still have the described sizes and digests. */
bool build_write(int fd, struct span description, struct span signature,
                 const struct build_input inputs[COMPONENT_COUNT],
                 const struct descriptor *descriptor, struct error *err) MUST_CHECK;

#endif
