/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the process that serves HTTP gives up before it reads a byte: all descriptors but those that
 * it is given, the file system, root's rights, and all system calls but a few (docs/ispupd.md).
 */
#ifndef ISPUPD_CAGE_H
#define ISPUPD_CAGE_H

#include "base/error.h"

#include <stddef.h>
#include <sys/types.h>

enum { CAGE_KEPT_LIMIT = 4 };

struct cage {
    bool is_root; /* started as root: it becomes `user`, in an empty folder */
    uid_t user;
    gid_t group;
    pid_t broker;
    bool is_filtered;          /* the system calls */
    int kept[CAGE_KEPT_LIMIT]; /* descriptors, besides 0 to 2; borrowed */
    size_t kept_count;
};

bool cage_enter(const struct cage *cage, struct error *err) MUST_CHECK;

#endif
