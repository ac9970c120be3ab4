/* SPDX-License-Identifier: Apache-2.0 */
/* Finds a UBI volume in sysfs, and reads what the kernel tells of it. */
#ifndef CAMERA_LINUX_UBI_VOLUME_H
#define CAMERA_LINUX_UBI_VOLUME_H

#include "base/file.h"

#include <stdint.h>

/* The places to search: those of this machine, or of a test. */
struct ubi_places {
    const char *classes; /* /sys/class/ubi */
    const char *devices; /* /dev */
};

extern const struct ubi_places ubi_places_machine;

/* `ubiN:VOLUME` as the configuration has it. */
struct ubi_name {
    uint64_t device;    /* N */
    struct span volume; /* borrowed: a name, or a number if it has only digits */
};

struct ubi_volume {
    uint64_t device, number;
    char path[FILE_PATH_SIZE]; /* /dev/ubiN_NUMBER */
    uint64_t room;             /* bytes that it has room for */
    uint64_t length;           /* bytes that it holds: of a dynamic volume always its room */
    uint32_t block;            /* bytes of a logical erase block, not always a power of two */
    const char *damage;        /* why its bytes mean nothing; NULL: they may be read */
};

bool ubi_name_parse(struct span where, struct ubi_name *name, struct error *err) MUST_CHECK;

/* Fills `device`, `number` and `path`. ERROR_CONFIGURATION: there is no such device or volume. */
bool ubi_volume_find(const struct ubi_places *places, const struct ubi_name *name,
                     struct ubi_volume *volume, struct error *err) MUST_CHECK;

/* Fills the other fields. The kernel checks a static volume when it is first opened: open it
 * before. `for_writing`: fails if the UBI device is read-only. */
bool ubi_volume_look(const struct ubi_places *places, bool for_writing, struct ubi_volume *volume,
                     struct error *err) MUST_CHECK;

#endif
