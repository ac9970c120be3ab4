/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's character device of one mtd partition (/dev/mtdN): its ioctls, one function each.
 * Addresses are physical and within the partition. Each text begins with the address; who calls
 * puts the bank before it.
 */
#ifndef CAMERA_LINUX_MTD_DEVICE_H
#define CAMERA_LINUX_MTD_DEVICE_H

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>

struct mtd_device {
    int fd;          /* owned */
    uint64_t size;   /* bytes of the partition */
    uint32_t block;  /* erase block */
    bool is_nand;    /* has bad blocks, pages, and bits that are corrected */
    bool has_failed; /* the last erasing or writing was answered as a bad block answers it */
};

#define MTD_DEVICE_NONE ((struct mtd_device){.fd = -1})

bool mtd_device_open(struct mtd_device *device, const char *path, bool for_writing,
                     struct error *err) MUST_CHECK;
void mtd_device_close(struct mtd_device *device); /* for CLEANUP */

/* From the chip: the character device has no cache. `was_corrected`: some bits were wrong, and
 * were put right. Fails where there were more of them. */
bool mtd_device_read(struct mtd_device *device, uint64_t at, void *data, size_t size,
                     bool *was_corrected, struct error *err) MUST_CHECK;
bool mtd_device_erase(struct mtd_device *device, uint64_t at, struct error *err) MUST_CHECK;
bool mtd_device_program(struct mtd_device *device, uint64_t at, struct span bytes,
                        struct error *err) MUST_CHECK;

bool mtd_device_is_bad(struct mtd_device *device, uint64_t at, bool *is_bad,
                       struct error *err) MUST_CHECK;
bool mtd_device_mark_bad(struct mtd_device *device, uint64_t at, struct error *err) MUST_CHECK;

enum mtd_lock { MTD_UNLOCKED, MTD_LOCKED, MTD_LOCK_UNKNOWN };

enum mtd_lock mtd_device_lock(struct mtd_device *device, uint64_t at);
bool mtd_device_unlock(struct mtd_device *device, uint64_t at, uint64_t size,
                       struct error *err) MUST_CHECK;

#endif
