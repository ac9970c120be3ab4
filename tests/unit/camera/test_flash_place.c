/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "camera/flash.h"
#include "scratch.h"
#include "skip.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_SIZE = FILE_PATH_SIZE + 64 };

static struct scratch scratch;

static int set_up(void **state)
{
    scratch_make(&scratch);
    *state = &scratch;
    scratch_write(&scratch, "a", span_text("one"));
    scratch_write(&scratch, "other", span_text("two"));
    return mkdir(scratch_path(&scratch, "folder"), 0700) +
           symlink(".", scratch_path(&scratch, "here")) +
           symlink("a", scratch_path(&scratch, "link"));
}

/* Two names in the scratch folder. */
static bool is_same(const char *driver, const char *one, const char *other)
{
    const struct flash_opener machine = flash_linux(NULL, 1);
    char first[NAME_SIZE], second[NAME_SIZE];

    (void)snprintf(first, sizeof(first), "%s:%s/%s", driver, scratch.folder, one);
    (void)snprintf(second, sizeof(second), "%s:%s/%s", driver, scratch.folder, other);
    return flash_is_same_place(&machine, first, second);
}

static void a_file_is_one_place_under_each_of_its_names(void **state)
{
    char path[FILE_PATH_SIZE];

    (void)state;
    (void)snprintf(path, sizeof(path), "%s", scratch_path(&scratch, "a"));
    assert_int_equal(link(path, scratch_path(&scratch, "hard")), 0);
    assert_true(is_same("file", "a", "a,block=4K"));
    assert_true(is_same("file", "a", "./a"));
    assert_true(is_same("file", "a", "folder/../a,size=64K"));
    assert_true(is_same("file", "a", "here/a"));
    assert_true(is_same("file", "a", "hard"));
    assert_true(is_same("file", "link", "a"));
    assert_false(is_same("file", "a", "other"));
}

static void a_file_that_is_not_there_yet_is_its_name_in_its_folder(void **state)
{
    (void)state;
    assert_true(is_same("file", "new", "./new,block=4K"));
    assert_true(is_same("file", "new", "here/new"));
    assert_false(is_same("file", "new", "newer"));
    assert_false(is_same("file", "new", "folder/new"));
    assert_false(is_same("file", "new", "a"));
    assert_false(is_same("file", "nowhere/new", "nowhere/new"));
}

/* The simulated chips of other tests are regular files, too. */
static void a_partition_is_one_place_under_each_of_its_paths(void **state)
{
    const struct flash_opener machine = flash_linux(NULL, 1);

    (void)state;
    assert_true(is_same("mtd", "a", "here/a"));
    assert_false(is_same("mtd", "a", "other"));
    assert_false(flash_is_same_place(&machine, "mtd:no such name", "mtd:no such name"));
}

static void the_read_only_device_of_a_partition_is_the_same_place(void **state)
{
    (void)state;
    if (mknod(scratch_path(&scratch, "mtd1"), S_IFCHR | 0600, 90 << 8 | 2) != 0)
        skip_because("only root can make a device");
    assert_int_equal(mknod(scratch_path(&scratch, "mtd1ro"), S_IFCHR | 0400, 90 << 8 | 3), 0);
    assert_int_equal(mknod(scratch_path(&scratch, "isp"), S_IFCHR | 0600, 90 << 8 | 2), 0);
    assert_int_equal(mknod(scratch_path(&scratch, "mtd2"), S_IFCHR | 0600, 90 << 8 | 4), 0);
    assert_true(is_same("mtd", "mtd1", "mtd1ro"));
    assert_true(is_same("mtd", "mtd1", "isp"));
    assert_false(is_same("mtd", "mtd1", "mtd2"));
}

/* Two links to one program may be two different loaders. */
static void a_loader_is_its_name_in_its_folder(void **state)
{
    (void)state;
    assert_true(is_same("command", "a", "./a,size=2M"));
    assert_true(is_same("command", "a", "here/a"));
    assert_false(is_same("command", "a", "link"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_one_place_under_each_of_its_names),
        TEST(a_file_that_is_not_there_yet_is_its_name_in_its_folder),
        TEST(a_partition_is_one_place_under_each_of_its_paths),
        TEST(the_read_only_device_of_a_partition_is_the_same_place),
        TEST(a_loader_is_its_name_in_its_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
