/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file name of an image, `ISP-U-AANP-Vx.xx.xx.bin`, as an upload sends it (docs/protocol.md,
 * "The file name"). It is never used as a path: everything up to the last / or \ is ignored.
 */
#ifndef IMAGE_NAME_H
#define IMAGE_NAME_H

#include "base/error.h"
#include "image/component.h"

enum { IMAGE_NAME_SIZE = 23, IMAGE_NAME_LIMIT = 1024 };

struct image_name {
    struct image_platform platform;
    struct image_version version;
};

/* The part after the last / or \. Browsers of the specification's time send a whole path. */
struct span image_name_base(struct span name);

/* Check 1 of the specification: the result of image_name_base begins with `ISP-U-` and has the
 * complete format. ERROR_IMAGE: "file name: ..." */
bool image_name_parse(struct span name, struct image_name *parsed, struct error *err) MUST_CHECK;

/* The same for a retired single image: `ISP-F-AANP-Vx.xx.xx`, `CAANP-...`, `ISP-H-AANP-...`. */
bool image_name_parse_single(struct span name, enum component which, struct image_name *parsed,
                             struct error *err) MUST_CHECK;

/* Writes `ISP-U-0300-V1.00.00.bin` and a NUL. */
void image_name_format(const struct image_name *name, char text[IMAGE_NAME_SIZE + 1]);

#endif
