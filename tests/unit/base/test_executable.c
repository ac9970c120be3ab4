/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/executable.h"
#include "scratch.h"

#include <string.h>
#include <sys/stat.h>

static struct scratch scratch;
static struct error err;

static int set_up(void **state)
{
    scratch_make(&scratch);
    *state = &scratch;
    err = ERROR_EMPTY;
    return 0;
}

static bool check(const char *path)
{
    return executable_check(path, ERROR_FLASH, &err);
}

static bool check_bytes(struct span bytes)
{
    scratch_write(&scratch, "program", bytes);
    assert_int_equal(chmod(scratch_path(&scratch, "program"), 0755), 0);
    return check(scratch.path);
}

static void assert_refused(const char *text, const char *cause)
{
    assert_false(check_bytes(span_text(text)));
    assert_int_equal(err.kind, ERROR_FLASH);
    assert_true(span_begins(span_text(err.text), scratch.path));
    if (strstr(err.text, cause) == NULL)
        fail_msg("%s", err.text);
}

static void programs_and_scripts_pass(void **state)
{
    static const unsigned char other[] = {'b', 'F', 'L', 'T', 0, 0, 0, 4};

    (void)state;
    assert_true(check("/bin/sh"));
    assert_true(check_bytes(span_text("#!/bin/sh\nexit 0\r\n")));
    assert_true(check_bytes(span_text("#! \t/bin/sh -e\n")));
    assert_true(check_bytes(span_text("#!/bin/sh")));
    assert_true(check_bytes(span_of(other, sizeof(other))));
}

static void what_is_missing_or_no_program_is_refused(void **state)
{
    (void)state;
    assert_false(check("/nowhere/program"));
    assert_string_equal(err.text, "/nowhere/program: cannot be run: No such file or directory");
    assert_false(check("/"));
    assert_string_equal(err.text, "/: cannot be run: Permission denied");
    scratch_write(&scratch, "plain", span_text("#!/bin/sh\n"));
    assert_int_equal(chmod(scratch_path(&scratch, "plain"), 0644), 0);
    assert_false(check(scratch.path));
}

static void a_script_that_the_kernel_cannot_start_is_refused(void **state)
{
    (void)state;
    assert_refused("#!/nowhere/sh\n",
                   ": cannot be run: its interpreter /nowhere/sh: No such file or directory");
    assert_refused("#!/etc/passwd -x\n",
                   ": cannot be run: its interpreter /etc/passwd: Permission denied");
    assert_refused("#!/bin/sh\r\nexit 0\r\n", ": cannot be run: its lines end with CR LF");
    assert_refused("#!/bin/sh -e\r\n", ": cannot be run: its lines end with CR LF");
    assert_refused("#!\n", ": cannot be run: its #! names no interpreter");
    assert_refused("#! \t\n", ": cannot be run: its #! names no interpreter");
    assert_refused("exit 0\n", ": cannot be run: neither a program nor a script with #!");
    assert_refused("", ": cannot be run: neither a program nor a script with #!");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(programs_and_scripts_pass),
        TEST(what_is_missing_or_no_program_is_refused),
        TEST(a_script_that_the_kernel_cannot_start_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
