/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/delay.h"

enum { WHOLE = 100 };

uint64_t delay_spread(uint64_t whole, uint64_t jitter_percent, uint64_t random)
{
    uint64_t spread = whole * jitter_percent / WHOLE;

    return whole - spread + random % (2 * spread + 1);
}

uint64_t delay_next(const struct delay *delay, uint64_t times, uint64_t random)
{
    uint64_t whole = delay->first;

    while (times-- > 0 && whole < delay->most)
        whole *= 2;
    return delay_spread(whole < delay->most ? whole : delay->most, delay->jitter_percent, random);
}
