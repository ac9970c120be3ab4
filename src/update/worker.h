/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worker: the process that reads a stranger's bytes. It parses form, gzip and archive and hands
 * what it finds to the installer as records. It holds the body, one pipe, and nothing else: no
 * file, no flash, no secret.
 */
#ifndef UPDATE_WORKER_H
#define UPDATE_WORKER_H

#include "base/span.h"
#include "protocol/command.h"

#include <stdint.h>

struct worker_task {
    int body;      /* the body, or an image's file */
    int installer; /* the pipe that records go into */
    uint64_t length;
    enum command_family family;
    struct span content_type; /* of the form; borrowed */
    const char
        *file_name; /* borrowed: the body is the image itself, under this name; NULL: a form */
    /* What the process does that has been confined: worker_run, but for tests. */
    int (*run)(const struct worker_task *task);
};

/* Unpacks until the end or the first failure, then drops the rest of the body. Returns the status
 * to exit with. The caller has given up every right and descriptor before. */
int worker_run(const struct worker_task *task);

#endif
