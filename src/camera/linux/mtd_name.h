/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the device of a partition's name in /proc/mtd. The kernel numbers devices in the order in
 * which drivers start, so a number may change; a name does not. */
#ifndef CAMERA_LINUX_MTD_NAME_H
#define CAMERA_LINUX_MTD_NAME_H

#include "base/file.h"

/* The places to search: those of this machine, or of a test. */
struct mtd_places {
    const char *list;    /* /proc/mtd */
    const char *devices; /* /dev */
};

extern const struct mtd_places mtd_places_machine;

/* A path is returned as it is; a name becomes the path of its device. ERROR_CONFIGURATION if no
 * partition has this name, or more than one. */
bool mtd_name_find(const struct mtd_places *places, struct span where, char path[FILE_PATH_SIZE],
                   struct error *err) MUST_CHECK;

#endif
