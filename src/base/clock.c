/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <errno.h>
#include <time.h>

static struct timespec now(clockid_t which)
{
    struct timespec time = {0};

    (void)clock_gettime(which, &time);
    return time;
}

uint64_t clock_milliseconds(void)
{
    struct timespec time = now(CLOCK_MONOTONIC);

    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

uint64_t clock_boot_seconds(void)
{
    return (uint64_t)now(CLOCK_BOOTTIME).tv_sec;
}

int64_t clock_unix_seconds(void)
{
    return (int64_t)now(CLOCK_REALTIME).tv_sec;
}

void clock_sleep(uint64_t milliseconds)
{
    /* A signal does not shorten the sleep: the call stores the time that is left in `rest`. */
    struct timespec rest = {.tv_sec = (time_t)(milliseconds / 1000),
                            .tv_nsec = (long)(milliseconds % 1000) * 1000000};

    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &rest, &rest) == EINTR)
        continue;
}
