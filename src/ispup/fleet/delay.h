/* SPDX-License-Identifier: Apache-2.0 */
/* How long to wait before the next try: doubling up to a limit, a little more or less, so that many
 * are not tried in one moment. */
#ifndef ISPUP_FLEET_DELAY_H
#define ISPUP_FLEET_DELAY_H

#include <stdint.h>

struct delay {
    uint64_t first, most;    /* of any unit */
    uint64_t jitter_percent; /* at most 100 */
};

/* `times`: how often in a row it has waited. `random`: any number. */
uint64_t delay_next(const struct delay *delay, uint64_t times, uint64_t random);

/* That time, a little more or less. */
uint64_t delay_spread(uint64_t whole, uint64_t jitter_percent, uint64_t random);

#endif
