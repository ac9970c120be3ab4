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
    int fd;         /* owned */
    uint64_t size;  /* bytes of the partition */
    uint32_t block; /* erase block */
    bool is_nand;   /* has bad blocks, pages, and bits that are corrected */
};

#define MTD_DEVICE_NONE ((struct mtd_device){.fd = -1})

bool mtd_device_open(struct mtd_device *device, const char *path, bool for_writing,
                     struct error *err) MUST_CHECK;
void mtd_device_close(struct mtd_device *device); /* for CLEANUP */

/* Past no cache: the character device has none. */
bool mtd_device_read(struct mtd_device *device, uint64_t at, void *data, size_t size,
                     struct error *err) MUST_CHECK;
bool mtd_device_erase(struct mtd_device *device, uint64_t at, struct error *err) MUST_CHECK;
bool mtd_device_program(struct mtd_device *device, uint64_t at, struct span bytes,
                        struct error *err) MUST_CHECK;

/* False too where the device can't tell. */
bool mtd_device_is_locked(struct mtd_device *device, uint64_t at);
bool mtd_device_unlock(struct mtd_device *device, uint64_t at, uint64_t size,
                       struct error *err) MUST_CHECK;

#endif
