/* SPDX-License-Identifier: Apache-2.0 */
/* Makes an image from component files, reproducibly. Only for the packer: no camera program links
 * it. */
#ifndef IMAGE_BUILD_H
#define IMAGE_BUILD_H

#include "image/descriptor.h"
#include "image/signature.h"

struct build_input {
    const char *path; /* NULL: the image has no such component */
};

/* Reads each input once and fills presence, order, sizes and digests into `descriptor`, in the
 * order of enum component. The caller fills all other members. */
bool build_describe(const struct build_input inputs[COMPONENT_COUNT], struct descriptor *descriptor,
                    struct error *err) MUST_CHECK;

/* Writes the whole image to `fd`: `description` (the descriptor's exact bytes), `signature` (may be
 * empty), then the inputs. Fails if an input no longer has the described size and digest. */
bool build_write(int fd, struct span description, struct span signature,
                 const struct build_input inputs[COMPONENT_COUNT],
                 const struct descriptor *descriptor, struct error *err) MUST_CHECK;

#endif
