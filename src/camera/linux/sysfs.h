/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel tells of its devices in sysfs: one line for each value. */
#ifndef CAMERA_LINUX_SYSFS_H
#define CAMERA_LINUX_SYSFS_H

#include "base/span.h"

#include <stdint.h>

enum { SYSFS_VALUE_SIZE = 256 };

/* The first line of FOLDER/DEVICE/NAME, without its line end; empty if it cannot be read. It points
 * into `text`. */
struct span sysfs_read(const char *folder, const char *device, const char *name,
                       char text[SYSFS_VALUE_SIZE]);

/* The same as a number. */
bool sysfs_number(const char *folder, const char *device, const char *name,
                  uint64_t *number) MUST_CHECK;

bool sysfs_has(const char *folder, const char *device, const char *name);

#endif
