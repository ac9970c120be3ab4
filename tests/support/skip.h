/* SPDX-License-Identifier: Apache-2.0 */
/* Skips a cmocka test that this machine does not allow, and says why. */
#ifndef SUPPORT_SKIP_H
#define SUPPORT_SKIP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Ends the test. tests/support/cmocka.py reads the printed line. */
static inline void skip_because(const char *reason)
{
    print_message("skipped: %s\n", reason);
    skip();
}

#endif
