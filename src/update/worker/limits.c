/* SPDX-License-Identifier: Apache-2.0 */
#include "update/worker/limits.h"

#include "base/libc.h"

#include <unistd.h>

enum { PROCESSOR_SECONDS_PER_MEBIBYTE = 4 };

static void limit(int resource, uint64_t most, uint64_t grace)
{
    const struct rlimit limits = {(rlim_t)most, (rlim_t)(most + grace)};

    (void)libc_setrlimit(resource, &limits); /* fails if the limit is already lower */
}

void limits_set(uint64_t length)
{
    uint64_t processor = LIMITS_PROCESSOR_SECONDS + (length >> 20) * PROCESSOR_SECONDS_PER_MEBIBYTE;
    uint64_t life = LIMITS_LIFE_SECONDS + (length >> 10);

    limit(RLIMIT_DATA, LIMITS_DATA, 0);
    limit(RLIMIT_AS, LIMITS_MEMORY, 0);
    limit(RLIMIT_CPU, processor, 1);
    /* The filter, if there is one, forbids to stop this clock. */
    (void)alarm(life < INT32_MAX ? (unsigned)life : INT32_MAX);
}
