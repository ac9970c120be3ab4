/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's character device of one mtd partition (/dev/mtdN): one function for each ioctl.
 * Addresses are physical, from the start of the partition. Each error text begins with the address;
 * the caller adds the bank.
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
    uint32_t page;   /* bytes that the chip programs at once; divides the block */
    bool can_clear;  /* programs single bits of programmed pages: NOR without error correction */
    bool is_nand;    /* has bad blocks, pages and bit correction */
    bool has_failed; /* the last erase or write failed as on a bad block */
};

#define MTD_DEVICE_NONE ((struct mtd_device){.fd = -1})

bool mtd_device_open(struct mtd_device *device, const char *path, bool for_writing,
                     struct error *err) MUST_CHECK;
void mtd_device_close(struct mtd_device *device); /* for CLEANUP */

/* Reads from the chip: the character device has no cache. `was_corrected`: wrong bits were
 * corrected. Fails if there were too many to correct. */
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
