/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the server gives up before it reads a byte: all other descriptors, the file system, the
 * rights of root, and all system calls except a few (docs/ispupd.md).
 */
#ifndef ISPUPD_SANDBOX_H
#define ISPUPD_SANDBOX_H

#include "base/error.h"

#include <stddef.h>
#include <sys/types.h>

enum { SANDBOX_KEPT_LIMIT = 4 };

struct sandbox {
    bool is_root; /* started as root: the server becomes `user` and gets an empty root folder */
    uid_t user;
    gid_t group;
    pid_t broker;
    bool is_filtered;             /* filter the system calls */
    int kept[SANDBOX_KEPT_LIMIT]; /* borrowed; descriptors that stay open besides 0 to 2 */
    size_t kept_count;
};

bool sandbox_enter(const struct sandbox *sandbox, struct error *err) MUST_CHECK;

#endif
