/* SPDX-License-Identifier: Apache-2.0 */
/* A version, `Vx.xx.xx` (docs/image-format.md, "The file name"): 1 digit, 2 digits, 2 digits,
 * compared as numbers. */
#ifndef IMAGE_VERSION_H
#define IMAGE_VERSION_H

#include "base/span.h"

enum { IMAGE_VERSION_SIZE = 8 }; /* bytes of the text, without NUL */

struct image_version {
    bool known; /* false: UNKNOWN, if a camera does not know what its flash holds */
    unsigned major, minor, patch;
};

#define IMAGE_VERSION_UNKNOWN ((struct image_version){false, 0, 0, 0})

/* The whole of `text` has the format `V1.00.00`. */
bool image_version_parse(struct span text, struct image_version *version) MUST_CHECK;

/* Writes `V1.00.00` or `UNKNOWN`, and a NUL. */
void image_version_format(const struct image_version *version, char text[IMAGE_VERSION_SIZE + 1]);

/* Less than, equal to or greater than 0, like strcmp. Both must be known. */
int image_version_compare(const struct image_version *one, const struct image_version *other);

/* Two UNKNOWN versions are the same. */
bool image_version_same(const struct image_version *one, const struct image_version *other);

#endif
