/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether something is mounted at an opened file or folder: another file system, or a folder or
 * file of the same one (bind mount). There are three ways to ask; older kernels lack the first.
 */
#ifndef CAMERA_LINUX_MOUNT_H
#define CAMERA_LINUX_MOUNT_H

#include "base/compiler.h"

#include <stdbool.h>

enum mount_way {
    MOUNT_STATX,  /* STATX_ATTR_MOUNT_ROOT, Linux 5.8 */
    MOUNT_FDINFO, /* mnt_id in /proc/self/fdinfo, Linux 3.15 and a mounted /proc */
    MOUNT_DEVICE, /* st_dev: does not see bind mounts of the same file system */
    MOUNT_WAYS
};

/* Asks about `fd`, which was opened in the folder `folder`. False if the kernel lacks this way. */
bool mount_ask(enum mount_way way, int fd, int folder, bool *is_mount) MUST_CHECK;

/* The same by the first way that the kernel has. If there is none, true: nothing is touched. */
bool mount_is_at(int fd, int folder);

/* Whether the kernel has a way that sees bind mounts. */
bool mount_sees_binds(void);

#endif
