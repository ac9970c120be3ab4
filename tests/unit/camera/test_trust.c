/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "camera/trust.h"
#include "scratch.h"
#include "skip.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STRANGER = 12345 };

static struct error err;

/* Only root can test whether something belongs to root. */
static void must_be_root(void)
{
    if (getuid() != 0)
        skip_because("only root gives a file away");
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
    refused(scratch.path, "/file: users other than root can write it");
    assert_int_equal(chmod(scratch.path, 0602), 0);
    refused(scratch.path, "/file: users other than root can write it");
    assert_int_equal(chmod(scratch.path, 0644), 0);
    assert_int_equal(chmod(scratch.folder, 01777), 0);
    refused(scratch.path, "users other than root can write it");
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
    assert_non_null(strstr(err.text, "/b.pem: users other than root"));
}

/* Makes a/b/c/file, all of it root's. */
static void make_path(struct scratch *scratch)
{
    must_be_root();
    scratch_make(scratch);
    assert_int_equal(mkdir(scratch_path(scratch, "a"), 0755), 0);
    assert_int_equal(mkdir(scratch_path(scratch, "a/b"), 0755), 0);
    assert_int_equal(mkdir(scratch_path(scratch, "a/b/c"), 0755), 0);
    scratch_write(scratch, "a/b/c/file", SPAN_EMPTY);
}

static void a_folder_above_that_another_can_rename_in_is_refused(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    make_path(&scratch);
    assert_true(trust_check_above(scratch_path(&scratch, "a/b/c/file"), &err));
    assert_int_equal(chown(scratch_path(&scratch, "a"), STRANGER, 0), 0);
    refused(scratch_path(&scratch, "a/b/c/file"), "/a: users other than root can rename");
    assert_false(trust_check_above(scratch_path(&scratch, "a/b"), &err));
    assert_true(trust_check_above(scratch_path(&scratch, "a"), &err));
    assert_int_equal(chown(scratch_path(&scratch, "a"), 0, 0), 0);
    assert_int_equal(chmod(scratch_path(&scratch, "a/b"), 0775), 0);
    refused(scratch_path(&scratch, "a/b/c/file"), "/a/b: users other than root can rename");
}

static void a_sticky_folder_keeps_what_is_roots(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    make_path(&scratch);
    assert_int_equal(chmod(scratch_path(&scratch, "a"), 01777), 0);
    assert_true(trust_check_above(scratch_path(&scratch, "a/b/c"), &err));
    assert_false(trust_check_above(scratch_path(&scratch, "a/new/c"), &err));
    assert_int_equal(chown(scratch_path(&scratch, "a/b"), STRANGER, 0), 0);
    assert_false(trust_check_above(scratch_path(&scratch, "a/b/c"), &err));
}

static void a_link_on_the_way_is_followed_to_where_it_leads(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    make_path(&scratch);
    assert_int_equal(symlink("a/b", scratch_path(&scratch, "link")), 0);
    assert_true(trust_check_above(scratch_path(&scratch, "link/c/file"), &err));
    assert_int_equal(chmod(scratch_path(&scratch, "a"), 0777), 0);
    assert_false(trust_check_above(scratch_path(&scratch, "link/c/file"), &err));
    assert_non_null(strstr(err.text, "/a: users other than root can rename"));
}

static void a_program_may_be_a_link_but_only_root_may_write_it(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    make_path(&scratch);
    assert_int_equal(symlink("a/b/c/file", scratch_path(&scratch, "link")), 0);
    assert_true(trust_check_program(scratch_path(&scratch, "link"), &err));
    assert_true(trust_check_program(scratch_path(&scratch, "nothing"), &err));
    assert_int_equal(chmod(scratch_path(&scratch, "a/b/c/file"), 0775), 0);
    assert_false(trust_check_program(scratch_path(&scratch, "link"), &err));
    assert_non_null(strstr(err.text, "/a/b/c/file: users other than root can write it"));
    assert_int_equal(chmod(scratch_path(&scratch, "a/b/c/file"), 0755), 0);
    assert_int_equal(chown(scratch_path(&scratch, "a/b"), STRANGER, 0), 0);
    assert_false(trust_check_program(scratch_path(&scratch, "link"), &err));
    assert_non_null(strstr(err.text, "/a/b: users other than root can rename"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_own_file_in_roots_own_folder_is_trusted),
        cmocka_unit_test(what_others_can_write_is_refused),
        cmocka_unit_test(what_belongs_to_another_is_refused),
        cmocka_unit_test(a_link_is_refused),
        cmocka_unit_test(a_folder_is_refused_for_one_thing_in_it),
        cmocka_unit_test(a_folder_above_that_another_can_rename_in_is_refused),
        cmocka_unit_test(a_sticky_folder_keeps_what_is_roots),
        cmocka_unit_test(a_link_on_the_way_is_followed_to_where_it_leads),
        cmocka_unit_test(a_program_may_be_a_link_but_only_root_may_write_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
