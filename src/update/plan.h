/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an update will do to each component, settled before anything is written: which are kept
 * (their bank in use already holds just these bytes), which bank the others go to, and whether
 * there is room.
 */
#ifndef UPDATE_PLAN_H
#define UPDATE_PLAN_H

#include "camera/camera.h"
#include "image/check.h"

enum plan_way {
    PLAN_ABSENT, /* the image does not bring it: it stays as it is */
    PLAN_KEPT, /* the bank in use holds the same bytes (the journal says so, where it can't be read)
                */
    PLAN_DIRECT, /* two banks: straight into the one not in use */
    PLAN_STAGED, /* one bank: into the work folder, and into the bank after the commit */
};

struct plan_component {
    enum plan_way way;
    struct journal_content target;
    bool whole;           /* its device takes no blocks: by way of a file in the work folder */
    bool is_compared;     /* a kept one: whether its bank holds the bytes is seen when they come */
    bool skip_same;       /* the target bank's blocks may be trusted where they read right */
    bool keep_old;        /* there has to be a copy of the old bytes in the work folder */
    uint64_t kept_blocks; /* of a kept one: counted, none of them is written */
};

struct plan {
    const struct checked_image *image; /* borrowed */
    struct plan_component components[COMPONENT_COUNT];
    struct journal_record
        record;     /* the journal's, of a camera at rest; the next ones build on it */
    uint64_t total; /* bytes of all components */
};

/* Reads the banks in use. ERROR_ROOM, "work folder: needs N bytes, has M". */
bool plan_make(const struct camera *camera, const struct journal_record *record,
               const struct checked_image *image, struct plan *plan, struct error *err) MUST_CHECK;

/* A kept one whose bank does not hold the bytes after all: it is written like any other. */
bool plan_write(const struct camera *camera, enum component which, struct plan *plan,
                struct error *err) MUST_CHECK;

bool plan_has(const struct plan *plan, enum plan_way way);

#endif
