/* SPDX-License-Identifier: Apache-2.0 */
/* How the uploads under way share --rate and --site-rate: a pure function, and memory in which the
 * processes of the uploads read their share, which changes while they run. */
#ifndef ISPUP_ROLLOUT_RATES_H
#define ISPUP_ROLLOUT_RATES_H

#include "ispup/rollout/rollout.h"

#include <stdatomic.h>

struct rates {
    _Atomic uint32_t
        *of; /* owned, shared with the processes: one for each camera; NULL: no limits */
    size_t count;
};

#define RATES_NONE ((struct rates){NULL, 0})

/* Sets the `rate` of each camera that uploads. What a site's limit leaves over goes to the uploads
 * of the others. */
void rates_share(struct rollout *rollout);

/* Allocates the memory, if the policy has a limit. */
bool rates_open(struct rates *rates, const struct rollout *rollout, struct error *err) MUST_CHECK;
void rates_close(struct rates *rates); /* for CLEANUP */

/* Shares anew, after an upload has begun or ended. */
void rates_set(struct rates *rates, struct rollout *rollout);

/* Borrowed; NULL: no limit. */
const _Atomic uint32_t *rates_of(const struct rates *rates, size_t camera);

/* How many uploads at a time have enough of this rate, at most `limit`: a slower one would count as
 * stalled. `rate` 0: no limit. */
uint64_t rates_places(uint64_t limit, uint64_t rate);

#endif
