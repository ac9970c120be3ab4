/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The camera's id: a host that asks again after the restart must know that the same camera answers.
 */
#ifndef CAMERA_IDENTITY_H
#define CAMERA_IDENTITY_H

#include "base/error.h"
#include "base/span.h"

enum { IDENTITY_SIZE = 64 };

/* Where the id comes from: the first one that is given. */
struct identity_sources {
    const char *id;      /* [camera] id; empty: not given */
    const char *file;    /* [camera] id-file; empty: not given */
    const char *network; /* sysfs: the address of the network device */
};

/* 1 to IDENTITY_SIZE of A-Za-z0-9:._- */
bool identity_is(struct span text);

/* Whether an id is a hardware address, `00:0f:7c:00:00:01`. */
bool identity_is_address(struct span text);

/* Empty if no source has an id. ERROR_CONFIGURATION: the file cannot be read, or holds no id;
 * `text` is empty then too. */
bool identity_read(const struct identity_sources *sources, char text[IDENTITY_SIZE + 1],
                   struct error *err) MUST_CHECK;

#endif
