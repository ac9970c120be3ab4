/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/jobs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>

static bool next(struct jobs *self, size_t *job)
{
    (void)self;
    (void)job;
    return false;
}

static bool is_over(struct jobs *self)
{
    return self->interrupts > 0;
}

static void ask_to_end(struct jobs *self)
{
    assert_int_equal(self->interrupts, 0);
    assert_int_equal(raise(SIGTERM), 0);
}

/* A service manager may end the service as soon as it is ready. */
static void a_signal_is_heeded_once_the_jobs_have_begun(void **state)
{
    struct jobs jobs = {
        .limit = 1, .record_size = 1, .begun = ask_to_end, .next = next, .is_over = is_over};
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(jobs_run(&jobs, &err));
    assert_int_equal(jobs.interrupts, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signal_is_heeded_once_the_jobs_have_begun),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
