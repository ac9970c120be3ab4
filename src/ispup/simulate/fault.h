/* SPDX-License-Identifier: Apache-2.0 */
/* Faults of a simulated camera, or of the link to it: `--fault KIND[=VALUE][@N]`. */
#ifndef ISPUP_SIMULATE_FAULT_H
#define ISPUP_SIMULATE_FAULT_H

#include "base/error.h"

#include <stdint.h>

enum simulate_fault {
    FAULT_SLOW,         /* bytes a second */
    FAULT_DROP,         /* bytes from the host until its connection is cut */
    FAULT_REPLY_LOST,   /* a POST gets no reply: the connection ends */
    FAULT_GARBAGE,      /* replaces a POST's reply */
    FAULT_NO_RESTART,   /* never restarts */
    FAULT_RESTART_LOOP, /* restarts at each probe of an image on trial */
    FAULT_PROBE,        /* fails for an image on trial: no pictures */
    FAULT_VERSION,      /* each restart brings back the factory's image and journal */
    FAULT_FLASH,        /* the bank that is not in use takes no image */
    FAULT_DEAD_FLASH,   /* the only bank takes none: a person has to repair it */
    FAULT_WORK,         /* the work folder has no room */
    FAULT_OTHER_ID,     /* shows another id after a restart */
    FAULT_OTHER_CAMERA, /* after a restart another camera has its address */
    FAULT_STUCK,        /* a new image fails its trial, and the old one cannot be written back */
    FAULT_SLOW_STATUS,  /* seconds that ISP_STATUS takes */
    FAULT_HANG,         /* seconds without an answer, instead of a restart */
    FAULT_COUNT,
};

struct simulate_faults {
    bool has[FAULT_COUNT];
    uint64_t value[FAULT_COUNT];
};

/* One --fault. */
struct simulate_fault_order {
    enum simulate_fault kind;
    uint64_t value;
    uint64_t camera; /* 0: all of them */
};

/* ERROR_USAGE. */
bool simulate_fault_parse(const char *text, struct simulate_fault_order *order,
                          struct error *err) MUST_CHECK;

/* Adds it if it is meant for this camera. ERROR_USAGE if the camera has it already, or has a fault
 * that excludes it. */
bool simulate_fault_add(struct simulate_faults *faults, const struct simulate_fault_order *order,
                        uint64_t camera, struct error *err) MUST_CHECK;

/* ERROR_USAGE if the camera has a fault that reads what the link carries, which HTTPS encrypts. */
bool simulate_fault_allows_https(const struct simulate_faults *faults,
                                 struct error *err) MUST_CHECK;

/* Whether a fault needs a link between host and camera. */
bool simulate_fault_is_of_link(const struct simulate_faults *faults);

#endif
