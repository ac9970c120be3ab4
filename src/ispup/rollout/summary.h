/* SPDX-License-Identifier: Apache-2.0 */
/* How far a rollout is, in numbers. A pure function. */
#ifndef ISPUP_ROLLOUT_SUMMARY_H
#define ISPUP_ROLLOUT_SUMMARY_H

#include "ispup/rollout/rollout.h"

#include <stdio.h>

enum summary_part {
    SUMMARY_DONE,
    SUMMARY_ALREADY,
    SUMMARY_NOT_DONE,
    SUMMARY_UNKNOWN,
    SUMMARY_SENDING, /* under way */
    SUMMARY_AWAY,    /* waits, and is asked again */
    SUMMARY_WAITING, /* its turn has not come */
    SUMMARY_OUTSIDE, /* no image for its platform */
    SUMMARY_PARTS,
};

struct summary {
    size_t counts[SUMMARY_PARTS];
    size_t soaked; /* of those done */
};

enum summary_part summary_part_of(const struct rollout_camera *camera);

/* `done`, `already`, `not done` and so on. */
const char *summary_name(enum summary_part part);

/* Of one site, or of all cameras (NULL). */
void summary_of(const struct rollout *rollout, const char *site, struct summary *summary);

/* Whether the camera is the first one of its site; false if it has none. */
bool summary_begins_site(const struct rollout *rollout, size_t camera);

/* The exit status of a rollout that has ended: 0 all done or already, 1 some not done, 2 some
 * unknown. Cameras outside do not count. */
int summary_exit_status(const struct summary *summary);

/* How far the rollout is: `planned`, `canary wave`, `wave`, `stopped by the budget`, `ended`. */
const char *summary_phase(const struct rollout *rollout);
/* The same for people: `wave 2 of 3`. */
void summary_print_phase(const struct rollout *rollout, FILE *out);

#endif
