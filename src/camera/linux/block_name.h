/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the block device that a bank names: by its path, by the name of its partition (GPT), or by
 * the partition's unique id. */
#ifndef CAMERA_LINUX_BLOCK_NAME_H
#define CAMERA_LINUX_BLOCK_NAME_H

#include "base/file.h"

/* The places to search: those of this machine, or of a test. */
struct block_places {
    const char *classes; /* /sys/class/block: a folder for each block device, by its name */
    const char *numbers; /* /sys/dev/block: the same by MAJOR:MINOR */
    const char *devices; /* /dev */
    const char *mounts;  /* /proc/self/mountinfo */
    const char *swaps;   /* /proc/swaps */
};

extern const struct block_places block_places_machine;

/* Reads `where`, and does not look for the device. */
bool block_name_check(struct span where, struct error *err) MUST_CHECK;

/* A path is returned as it is. `PARTLABEL=NAME` and `PARTUUID=ID` become the path of the one
 * partition that has it. ERROR_CONFIGURATION if no partition has it, or more than one. */
bool block_name_find(const struct block_places *places, struct span where,
                     char path[FILE_PATH_SIZE], struct error *err) MUST_CHECK;

#endif
