/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an update will do to each component, decided before anything is written: which ones are kept
 * (their bank in use already holds these very bytes), which bank the others go to, and whether
 * there is room.
 */
#ifndef UPDATE_INSTALL_PLAN_H
#define UPDATE_INSTALL_PLAN_H

#include "camera/bank.h"
#include "camera/camera.h"
#include "image/check.h"

enum plan_way {
    PLAN_ABSENT,  /* not in the image: the component stays as it is */
    PLAN_KEPT,    /* the bank in use holds the same bytes; the journal decides if nothing can read
                     that bank */
    PLAN_WRITTEN, /* camera_overwrites or camera_flips, asked with the plan's record, says how */
};

struct plan_component {
    enum plan_way way;
    struct journal_content target;
    bool whole;              /* its device takes no single blocks */
    struct bank_known known; /* of the target bank */
    bool copy_old;           /* the work folder must have a copy of the old bytes */
    uint64_t kept_blocks;    /* of a kept component; none of them is written */
};

struct plan {
    const struct checked_image *image; /* borrowed */
    struct plan_component components[COMPONENT_COUNT];
    /* As the journal has it, of a camera at rest; only `written` is new. */
    struct journal_record record;
    uint64_t total; /* bytes of all components */
};

/* Reads the banks in use. ERROR_ROOM, "work folder: needs N bytes, has M". */
bool plan_make(const struct camera *camera, const struct journal_record *record,
               const struct checked_image *image, struct plan *plan, struct error *err) MUST_CHECK;

#endif
