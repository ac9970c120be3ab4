/* SPDX-License-Identifier: Apache-2.0 */
#include "base/process.h"

#include "base/fd.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { RUNS = 200 };

/* Interrupts our group for as long as it lives. */
static pid_t start_interrupting(void)
{
    pid_t child = fork();

    assert_true(child >= 0);
    while (child == 0)
        if (kill(-getpgrp(), SIGINT) != 0)
            _exit(1);
    return child;
}

static void what_interrupts_our_group_does_not_end_a_program(void **state)
{
    struct process_command command = {.count = 0};
    struct error err = ERROR_EMPTY;
    sigset_t interrupt, before;
    pid_t interrupting;
    int ended = 0;

    (void)state;
    assert_true(process_split(span_text("/bin/true"), &command, &err));
    assert_true(getpgrp() == getpid() || setpgid(0, 0) == 0);
    (void)sigemptyset(&interrupt);
    (void)sigaddset(&interrupt, SIGINT);
    assert_int_equal(sigprocmask(SIG_BLOCK, &interrupt, &before), 0);
    interrupting = start_interrupting();
    for (unsigned i = 0; i < RUNS; i++) {
        struct process_outcome outcome = {.status = 0};

        if (!process_run(&command, NULL, FD_NONE, 0, &outcome, &err) || outcome.status != 0)
            ended++;
    }
    assert_int_equal(kill(interrupting, SIGKILL), 0);
    assert_int_equal(waitpid(interrupting, NULL, 0), interrupting);
    (void)signal(SIGINT, SIG_IGN); /* drops what is pending */
    (void)signal(SIGINT, SIG_DFL);
    assert_int_equal(sigprocmask(SIG_SETMASK, &before, NULL), 0);
    assert_int_equal(ended, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_interrupts_our_group_does_not_end_a_program),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
