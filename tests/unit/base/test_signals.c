/* SPDX-License-Identifier: Apache-2.0 */
#include "base/signals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void nothing(int number)
{
    (void)number;
}

static void only_what_is_not_ignored_is_heeded(void **state)
{
    sigset_t signals;

    (void)state;
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_DFL);
    (void)signal(SIGHUP, nothing);
    signals_heeded(&signals);
    assert_int_equal(sigismember(&signals, SIGINT), 0);
    assert_int_equal(sigismember(&signals, SIGTERM), 1);
    assert_int_equal(sigismember(&signals, SIGHUP), 1);
    assert_int_equal(sigismember(&signals, SIGPIPE), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_not_ignored_is_heeded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
