/* SPDX-License-Identifier: Apache-2.0 */
/* With ISPUP_TEST=PATTERN a cmocka program runs only the tests whose names match the pattern. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

__attribute__((constructor)) static void choose_tests(void)
{
    const char *pattern = getenv("ISPUP_TEST");

    if (pattern != NULL)
        cmocka_set_test_filter(pattern);
}
