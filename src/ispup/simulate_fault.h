/* SPDX-License-Identifier: Apache-2.0 */
/* What can be wrong with a simulated camera, or with the link to it: `--fault KIND[=VALUE][@N]`. */
#ifndef ISPUP_SIMULATE_FAULT_H
#define ISPUP_SIMULATE_FAULT_H

#include "base/error.h"

#include <stdint.h>

enum simulate_fault {
    FAULT_SLOW,         /* bytes a second */
    FAULT_DROP,         /* bytes from the host until its connection is cut */
    FAULT_REPLY_LOST,   /* to a POST: the connection ends instead */
    FAULT_GARBAGE,      /* comes in the place of a POST's reply */
    FAULT_NO_RESTART,   /* never restarts */
    FAULT_RESTART_LOOP, /* restarts while an image is on trial, whenever it is probed */
    FAULT_PROBE,        /* fails: the image on trial makes no pictures */
    FAULT_VERSION,      /* each restart brings back what the factory made, and no record of more */
    FAULT_FLASH,        /* the bank that is not in use takes no image */
    FAULT_DEAD_FLASH,   /* the only bank takes none: a person has to mend it */
    FAULT_WORK,         /* the work folder has no room */
    FAULT_COUNT,
};

struct simulate_faults {
    bool has[FAULT_COUNT];
    uint64_t value[FAULT_COUNT];
};

/* One fault as it was asked for. */
struct simulate_fault_order {
    enum simulate_fault kind;
    uint64_t value;
    uint64_t camera; /* 0: all of them */
};

/* ERROR_USAGE. */
bool simulate_fault_parse(const char *text, struct simulate_fault_order *order,
                          struct error *err) MUST_CHECK;

/* Adds it where it is meant for this camera. ERROR_USAGE where it is there already, or cannot be
 * together with one that is. */
bool simulate_fault_add(struct simulate_faults *faults, const struct simulate_fault_order *order,
                        uint64_t camera, struct error *err) MUST_CHECK;

/* Whether something stands between the host and the camera. */
bool simulate_fault_is_of_link(const struct simulate_faults *faults);

#endif
