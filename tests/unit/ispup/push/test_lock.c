/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/lock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OTHER = 54321 };

/* Root's folder is not in the scratch folder: root becomes another user. */
static void enter(struct scratch *scratch)
{
    scratch_make(scratch);
    if (geteuid() == 0) {
        assert_int_equal(chown(scratch->folder, OTHER, OTHER), 0);
        assert_int_equal(seteuid(OTHER), 0);
    }
    assert_int_equal(setenv("XDG_RUNTIME_DIR", scratch->folder, 1), 0);
}

static int leave(void **state)
{
    (void)state;
    return getuid() == 0 ? seteuid(0) : 0;
}

static void prepare(struct lock *lock, const char *address, unsigned zone, unsigned port)
{
    struct error err = ERROR_EMPTY;

    assert_true(lock_prepare(lock, address, zone, port, &err));
}

static bool is_taken(struct lock *lock)
{
    struct error err = ERROR_EMPTY;
    bool taken;

    assert_true(lock_try(lock, &taken, &err));
    return taken;
}

static void one_of_two_holds_a_camera(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch = {.folder = ""};
    CLEANUP(lock_release) struct lock first = LOCK_NONE;
    CLEANUP(lock_release) struct lock second = LOCK_NONE;

    (void)state;
    enter(&scratch);
    prepare(&first, "192.0.2.10", 0, 80);
    prepare(&second, "192.0.2.10", 0, 80);
    assert_true(is_taken(&first));
    assert_false(is_taken(&second));
    lock_release(&first);
    assert_true(is_taken(&second));
    assert_false(is_taken(&first));
}

static void cameras_are_told_apart(void **state)
{
    static const struct {
        const char *address;
        unsigned zone, port;
    } cameras[] = {{"192.0.2.10", 0, 80},  {"192.0.2.10", 0, 8080}, {"192.0.2.11", 0, 80},
                   {"192.0.2.1", 0, 8080}, {"fe80::1", 2, 80},      {"fe80::1", 3, 80}};
    CLEANUP(scratch_remove) struct scratch scratch = {.folder = ""};
    struct lock locks[COUNT_OF(cameras)];

    (void)state;
    enter(&scratch);
    for (size_t i = 0; i < COUNT_OF(cameras); i++) {
        prepare(&locks[i], cameras[i].address, cameras[i].zone, cameras[i].port);
        assert_true(is_taken(&locks[i]));
    }
    for (size_t i = 0; i < COUNT_OF(cameras); i++)
        lock_release(&locks[i]);
}

/* A waiting push has opened the file that the holder then removes. */
static void the_file_is_removed_and_made_anew(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch = {.folder = ""};
    CLEANUP(lock_release) struct lock lock = LOCK_NONE;
    char path[FILE_PATH_SIZE + DIGEST_TEXT_SIZE + 2];

    (void)state;
    enter(&scratch);
    prepare(&lock, "192.0.2.10", 0, 80);
    (void)snprintf(path, sizeof(path), "%s/%s", lock.folder, lock.name);
    for (int i = 0; i < 2; i++) {
        assert_true(is_taken(&lock));
        assert_int_equal(access(path, F_OK), 0);
        lock_release(&lock);
        assert_int_not_equal(access(path, F_OK), 0);
    }
}

static void expect_folder(const char *expected)
{
    CLEANUP(lock_release) struct lock lock = LOCK_NONE;
    struct stat facts;

    prepare(&lock, "192.0.2.10", 0, 80);
    assert_string_equal(lock.folder, expected);
    assert_int_equal(stat(expected, &facts), 0);
    assert_int_equal(facts.st_mode & 07777, 0700);
    assert_int_equal(facts.st_uid, geteuid());
}

static void a_folder_that_others_may_enter_or_a_link_is_not_used(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch = {.folder = ""};
    char fallback[64];

    (void)state;
    enter(&scratch);
    (void)snprintf(fallback, sizeof(fallback), "/tmp/ispup-%u", (unsigned)geteuid());
    expect_folder(scratch_path(&scratch, "ispup"));
    assert_int_equal(chmod(scratch_path(&scratch, "ispup"), 0750), 0);
    expect_folder(fallback);
    assert_int_equal(rmdir(scratch_path(&scratch, "ispup")), 0);
    assert_int_equal(symlink(fallback, scratch_path(&scratch, "ispup")), 0);
    expect_folder(fallback);
    assert_int_equal(unsetenv("XDG_RUNTIME_DIR"), 0);
    expect_folder(fallback);
    (void)rmdir(fallback);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(one_of_two_holds_a_camera, leave),
        cmocka_unit_test_teardown(cameras_are_told_apart, leave),
        cmocka_unit_test_teardown(the_file_is_removed_and_made_anew, leave),
        cmocka_unit_test_teardown(a_folder_that_others_may_enter_or_a_link_is_not_used, leave),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
