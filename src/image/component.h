/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The components of an ISP image and all their names, in one table. A platform is 4 letters or
 * digits (AANP) that say for which ISP an image is made.
 */
#ifndef IMAGE_COMPONENT_H
#define IMAGE_COMPONENT_H

#include "image/version.h"

enum component {
    COMPONENT_FIRMWARE,
    COMPONENT_DEVICE_RESOURCE,
    COMPONENT_HARDWARE,
    COMPONENT_COUNT,
};

enum { IMAGE_PLATFORM_SIZE = 4, COMPONENT_FILE_SIZE = 100 };

struct image_platform {
    char text[IMAGE_PLATFORM_SIZE + 1]; /* NUL-terminated */
};

/* The whole of `text` is exactly 4 of A-Z0-9. */
bool image_platform_parse(struct span text, struct image_platform *platform) MUST_CHECK;
bool image_platform_same(const struct image_platform *one, const struct image_platform *other);

/* The name of the section in a descriptor and of the key in a configuration: `firmware`,
 * `device-resource`, `hardware`. component_find is the reverse; false if the name is unknown. */
const char *component_name(enum component which);
bool component_find(struct span name, enum component *which) MUST_CHECK;

/* Writes a component's full version name: `ISP-F-0300-V1.00.00`, `C0300-V1.00.00`,
 * `ISP-H-0300-V1.00.00`, or `UNKNOWN`. `text` has room for COMPONENT_FILE_SIZE + 1 bytes. */
void component_format(enum component which, const struct image_platform *platform,
                      const struct image_version *version, char *text);

/* Reads such a name, with or without `.bin` at its end, from the whole of `name`. */
bool component_parse(struct span name, enum component which, struct image_platform *platform,
                     struct image_version *version) MUST_CHECK;

/* True if a component in an archive may have this name: 1 to 100 of `A-Za-z0-9._-`, the first a
 * letter or digit. */
bool component_is_file_name(struct span name);

#endif
