/* SPDX-License-Identifier: Apache-2.0 */
/* Which device a partition's name means. The kernel lists them in /proc/mtd, and numbers them as
 * its drivers come up: a name stays the same where a number may not. */
#ifndef CAMERA_LINUX_MTD_NAME_H
#define CAMERA_LINUX_MTD_NAME_H

#include "base/file.h"

/* Where to look: the machine's own, or a test's. */
struct mtd_places {
    const char *list;    /* /proc/mtd */
    const char *devices; /* /dev */
};

extern const struct mtd_places mtd_places_machine;

/* A path stays as it is; a name becomes the path of its device. ERROR_CONFIGURATION where no
 * partition has this name, or more than one. */
bool mtd_name_find(const struct mtd_places *places, struct span where, char path[FILE_PATH_SIZE],
                   struct error *err) MUST_CHECK;

#endif
