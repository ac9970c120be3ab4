/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "camera/trust.h"
#include "scratch.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STRANGER = 12345 };

static struct error err;

/* Whether something belongs to root can be tried out by root alone. */
static void must_be_root(void)
{
    if (getuid() != 0) {
        (void)fprintf(stderr, "skipped: needs root to give files away\n");
        skip();
    }
}

static void roots_own_file_in_roots_own_folder_is_trusted(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    must_be_root();
    scratch_make(&scratch);
    scratch_write(&scratch, "file", SPAN_EMPTY);
    assert_true(trust_check(scratch_path(&scratch, "file"), &err));
    assert_true(trust_check(scratch_path(&scratch, "nothing"), &err));
}

static void refused(const char *path, const char *reason)
{
    assert_false(trust_check(path, &err));
    assert_int_equal(err.kind, ERROR_CONFIGURATION);
    assert_non_null(strstr(err.text, reason));
}

static void what_others_can_write_is_refused(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    must_be_root();
    scratch_make(&scratch);
    scratch_write(&scratch, "file", SPAN_EMPTY);
    assert_int_equal(chmod(scratch_path(&scratch, "file"), 0620), 0);
    refused(scratch.path, "/file: others than root can write it");
    assert_int_equal(chmod(scratch.path, 0602), 0);
    refused(scratch.path, "/file: others than root can write it");
    assert_int_equal(chmod(scratch.path, 0644), 0);
    assert_int_equal(chmod(scratch.folder, 01777), 0);
    refused(scratch.path, "others than root can write it");
}

static void what_belongs_to_another_is_refused(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    must_be_root();
    scratch_make(&scratch);
    scratch_write(&scratch, "file", SPAN_EMPTY);
    assert_int_equal(chown(scratch_path(&scratch, "file"), STRANGER, 0), 0);
    refused(scratch.path, "/file: must belong to root");
    assert_int_equal(chown(scratch.path, 0, 0), 0);
    assert_int_equal(chown(scratch.folder, STRANGER, 0), 0);
    refused(scratch.path, "must belong to root");
}

static void a_link_is_refused(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    must_be_root();
    scratch_make(&scratch);
    assert_int_equal(symlink("/etc/passwd", scratch_path(&scratch, "link")), 0);
    refused(scratch.path, "/link: is a link");
}

static void a_folder_is_refused_for_one_thing_in_it(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    must_be_root();
    scratch_make(&scratch);
    assert_int_equal(mkdir(scratch_path(&scratch, "keys"), 0755), 0);
    scratch_write(&scratch, "keys/a.pem", SPAN_EMPTY);
    scratch_write(&scratch, "keys/b.pem", SPAN_EMPTY);
    assert_true(trust_check_folder(scratch_path(&scratch, "keys"), &err));
    assert_int_equal(chmod(scratch_path(&scratch, "keys/b.pem"), 0666), 0);
    assert_false(trust_check_folder(scratch_path(&scratch, "keys"), &err));
    assert_non_null(strstr(err.text, "/b.pem: others than root"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_own_file_in_roots_own_folder_is_trusted),
        cmocka_unit_test(what_others_can_write_is_refused),
        cmocka_unit_test(what_belongs_to_another_is_refused),
        cmocka_unit_test(a_link_is_refused),
        cmocka_unit_test(a_folder_is_refused_for_one_thing_in_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
