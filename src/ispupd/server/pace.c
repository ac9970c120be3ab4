/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/server/pace.h"

enum { SECOND = 1000, SLOTS = PACE_SECONDS + 1 };

void pace_add(struct pace *pace, uint64_t milliseconds, size_t bytes)
{
    uint64_t before = pace->waited / SECOND;
    uint64_t steps;

    pace->waited += milliseconds;
    steps = pace->waited / SECOND - before;
    for (uint64_t i = 1; i <= steps && i <= SLOTS; i++)
        pace->seconds[(before + i) % SLOTS] = 0;
    pace->seconds[pace->waited / SECOND % SLOTS] += bytes;
}

bool pace_is_too_slow(const struct pace *pace)
{
    uint64_t sum = 0;

    if (pace->waited < (uint64_t)PACE_SECONDS * SECOND)
        return false;
    for (size_t i = 0; i < SLOTS; i++)
        sum += pace->seconds[i];
    return sum < (uint64_t)PACE_SECONDS * PACE_BYTES_PER_SECOND;
}
