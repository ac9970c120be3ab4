/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worker: the process that reads hostile bytes. It parses form, gzip and archive and sends what
 * it finds to the installer as frames. It has two descriptors, the body and one pipe: no file, no
 * flash, no secret.
 */
#ifndef UPDATE_WORKER_WORKER_H
#define UPDATE_WORKER_WORKER_H

#include "base/span.h"
#include "protocol/command.h"

#include <stdint.h>

struct worker_task {
    int body;      /* the body, or an image's file */
    int installer; /* the pipe that frames go into */
    uint64_t length;
    enum command_family family;
    struct span content_type; /* of the form; borrowed */
    const char *file_name;    /* borrowed: the body is an image file of this name; NULL: a form */
    /* Runs in the confined process: worker_run, except in tests. */
    int (*run)(const struct worker_task *task);
};

/* Unpacks until the end or the first failure, then drains the body. Returns the exit status. The
 * caller has already given up all rights and all other descriptors. */
int worker_run(const struct worker_task *task);

#endif
