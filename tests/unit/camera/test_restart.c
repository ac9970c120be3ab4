/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "camera/restart.h"
#include "scratch.h"

#include <stdio.h>

/* [restart] command = reboot is tested on a machine that may be rebooted (tests/qemu), never
 * here. */

static struct configuration configuration;

static bool restart(const char *command)
{
    struct error err = ERROR_EMPTY;

    configuration = (struct configuration){.restart = {.kind = RESTART_COMMAND}};
    assert_true(process_split(span_text(command), &configuration.restart.command, &err));
    return restart_begin(&configuration, &err);
}

static void starts_the_command(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    char command[FILE_PATH_SIZE + 32];

    (void)state;
    scratch_make(&scratch);
    (void)snprintf(command, sizeof(command), "/bin/touch %s", scratch_path(&scratch, "started"));
    assert_true(restart(command));
    for (unsigned i = 0; i < 1000 && !scratch_has(&scratch, "started"); i++)
        clock_sleep(10);
    assert_true(scratch_has(&scratch, "started"));
}

static void a_command_that_is_not_there_fails(void **state)
{
    (void)state;
    assert_false(restart("/nowhere/reboot"));
}

static void a_restart_that_cannot_begin_is_told_before(void **state)
{
    struct error err = ERROR_EMPTY;

    (void)state;
    configuration = (struct configuration){.restart = {.kind = RESTART_COMMAND}};
    assert_true(process_split(span_text("/nowhere/reboot"), &configuration.restart.command, &err));
    assert_false(restart_check(&configuration, &err));
    assert_int_equal(err.kind, ERROR_FLASH);
    assert_string_equal(err.text, "/nowhere/reboot: cannot be run: No such file or directory");
    assert_true(process_split(span_text("/bin/sh -c :"), &configuration.restart.command, &err));
    assert_true(restart_check(&configuration, &err));
    configuration.restart.kind = RESTART_NONE;
    assert_true(restart_check(&configuration, &err));
}

static void none_does_nothing(void **state)
{
    struct error err = ERROR_EMPTY;

    (void)state;
    configuration =
        (struct configuration){.restart = {.kind = RESTART_NONE}, .restart_delay = 9999};
    assert_true(restart_begin(&configuration, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_the_command),
        cmocka_unit_test(a_command_that_is_not_there_fails),
        cmocka_unit_test(a_restart_that_cannot_begin_is_told_before),
        cmocka_unit_test(none_does_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
