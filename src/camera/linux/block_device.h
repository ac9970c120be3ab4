/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens a block device, for writing only if nothing else uses it: it is not mounted, no swap, held
 * by no other device, not read-only, and no disk with partitions.
 */
#ifndef CAMERA_LINUX_BLOCK_DEVICE_H
#define CAMERA_LINUX_BLOCK_DEVICE_H

#include "camera/linux/block_name.h"

#include <stdint.h>

/* The caller closes `fd`. While it is open for writing no program can mount the device. */
bool block_device_open(const struct block_places *places, const char *path, bool for_writing,
                       int *fd, uint64_t *size, struct error *err) MUST_CHECK;

#endif
