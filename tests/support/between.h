/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka 2 deprecates assert_in_range, and cmocka 1 has no other name for it. */
#ifndef SUPPORT_BETWEEN_H
#define SUPPORT_BETWEEN_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Both ends belong to the range. */
static inline void assert_between(uint64_t value, uint64_t least, uint64_t most)
{
    if (value < least || value > most)
        fail_msg("%" PRIu64 " is not between %" PRIu64 " and %" PRIu64, value, least, most);
}

#endif
