/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fd.h"
#include "camera/run_folder.h"
#include "scratch.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void makes_its_folder(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    CLEANUP(fd_close) int lock = FD_NONE;
    struct error err = ERROR_EMPTY;
    char run[FILE_PATH_SIZE];

    (void)state;
    scratch_make(&scratch);
    (void)snprintf(run, sizeof(run), "%s", scratch_path(&scratch, "run"));
    assert_true(run_folder_lock(run, &lock, &err));
    assert_true(scratch_has(&scratch, "run/lock"));
}

static void one_holds_the_lock(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    CLEANUP(fd_close) int lock = FD_NONE;
    struct error err = ERROR_EMPTY;
    int second = FD_NONE;

    (void)state;
    scratch_make(&scratch);
    assert_false(run_folder_is_locked(scratch.folder));
    assert_true(run_folder_lock(scratch.folder, &lock, &err));
    assert_true(run_folder_is_locked(scratch.folder));
    assert_false(run_folder_lock(scratch.folder, &second, &err));
    assert_int_equal(err.kind, ERROR_BUSY);
    assert_string_equal(err.text, "update in progress");
    assert_int_equal(second, FD_NONE);
    fd_close(&lock);
    assert_false(run_folder_is_locked(scratch.folder));
    assert_true(run_folder_lock(scratch.folder, &lock, &err));
}

/* The next update must not report what a killed holder left. */
static void who_takes_the_lock_begins_without_progress(void **state)
{
    const struct run_folder_progress progress = {RUN_FOLDER_WRITING, 40, 7, 9};
    CLEANUP(scratch_remove) struct scratch scratch;
    CLEANUP(fd_close) int lock = FD_NONE;
    struct run_folder_progress found;
    struct error err = ERROR_EMPTY;

    (void)state;
    scratch_make(&scratch);
    run_folder_write_progress(scratch.folder, &progress);
    assert_true(run_folder_read_progress(scratch.folder, &found));
    assert_true(run_folder_lock(scratch.folder, &lock, &err));
    assert_false(run_folder_read_progress(scratch.folder, &found));
}

/* The installer uses it: it keeps the lock that the front took, after the front has ended. */
static void a_child_keeps_the_lock(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    CLEANUP(fd_close) int lock = FD_NONE;
    struct error err = ERROR_EMPTY;
    int ends[2];
    pid_t child;

    (void)state;
    scratch_make(&scratch);
    assert_int_equal(pipe(ends), 0);
    assert_true(run_folder_lock(scratch.folder, &lock, &err));
    child = fork();
    if (child == 0) {
        char byte;

        (void)close(ends[1]);
        _exit(read(ends[0], &byte, 1) == 0 ? 0 : 1);
    }
    fd_close(&lock);
    assert_true(run_folder_is_locked(scratch.folder));
    (void)close(ends[1]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    (void)close(ends[0]);
    assert_false(run_folder_is_locked(scratch.folder));
}

static void a_folder_that_cannot_be_made_fails(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct error err = ERROR_EMPTY;
    int lock = FD_NONE;

    (void)state;
    scratch_make(&scratch);
    assert_false(run_folder_lock(scratch_path(&scratch, "a/b"), &lock, &err));
    assert_int_equal(err.kind, ERROR_INTERNAL);
    scratch_write(&scratch, "file", SPAN_EMPTY);
    assert_false(run_folder_lock(scratch_path(&scratch, "file"), &lock, &err));
    assert_int_equal(err.kind, ERROR_INTERNAL);
    assert_int_equal(lock, FD_NONE);
    assert_false(run_folder_is_locked(scratch_path(&scratch, "file")));
}

static void tells_what_was_said_last(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct run_folder_progress progress = {RUN_FOLDER_RECEIVING, 0, 0, 0};
    struct run_folder_progress found;

    (void)state;
    scratch_make(&scratch);
    assert_false(run_folder_read_progress(scratch.folder, &found));
    run_folder_write_progress(scratch.folder, &progress);
    progress = (struct run_folder_progress){RUN_FOLDER_WRITING, 100, 7, UINT64_MAX};
    run_folder_write_progress(scratch.folder, &progress);
    assert_true(run_folder_read_progress(scratch.folder, &found));
    assert_int_equal(found.stage, RUN_FOLDER_WRITING);
    assert_int_equal(found.percent, 100);
    assert_int_equal(found.blocks_written, 7);
    assert_true(found.blocks_total == UINT64_MAX);
    run_folder_clear_progress(scratch.folder);
    assert_false(run_folder_read_progress(scratch.folder, &found));
    run_folder_clear_progress(scratch.folder);
}

static void reads_nothing_but_its_own(void **state)
{
    static const char *const texts[] = {
        "",
        "\n",
        "writing",
        "writing 1 2 3",
        "writing 1 2 3\n\n",
        "writing 1 2 3 4\n",
        "writing 1 2\n",
        "Writing 1 2 3\n",
        "writing  1 2 3\n",
        "writing +1 2 3\n",
        "writing 101 2 3\n",
        "writing -1 2 3\n",
        "writing 1 2 18446744073709551616\n",
        "waiting 1 2 3\n",
        " writing 1 2 3\n",
    };
    CLEANUP(scratch_remove) struct scratch scratch;
    struct run_folder_progress found;

    (void)state;
    scratch_make(&scratch);
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        scratch_write(&scratch, "progress", span_text(texts[i]));
        assert_false(run_folder_read_progress(scratch.folder, &found));
    }
    scratch_write(&scratch, "progress", span_text("checking 1 2 3\n"));
    assert_true(run_folder_read_progress(scratch.folder, &found));
}

/* Ways to put a file into the folder that is not its own. */
static void link_to(const char *target, const char *path)
{
    assert_int_equal(symlink(target, path), 0);
}

static void name_twice(const char *target, const char *path)
{
    assert_int_equal(link(target, path), 0);
}

static void make_pipe(const char *target, const char *path)
{
    (void)target;
    assert_int_equal(mkfifo(path, 0666), 0);
}

static void (*const intruders[])(const char *target, const char *path) = {link_to, name_twice,
                                                                          make_pipe};

/* The owner of the folder may have put it there, for root to read or to wait for. */
static void reads_no_file_that_another_may_have_put_there(void **state)
{
    for (size_t i = 0; i < COUNT_OF(intruders); i++) {
        CLEANUP(scratch_remove) struct scratch scratch;
        struct run_folder_progress found;
        char target[FILE_PATH_SIZE];

        (void)state;
        scratch_make(&scratch);
        scratch_write(&scratch, "elsewhere", span_text("checking 1 2 3\n"));
        (void)snprintf(target, sizeof(target), "%s", scratch_path(&scratch, "elsewhere"));
        intruders[i](target, scratch_path(&scratch, "progress"));
        intruders[i](target, scratch_path(&scratch, "lock"));
        assert_false(run_folder_read_progress(scratch.folder, &found));
        assert_false(run_folder_is_locked(scratch.folder));
    }
}

static void replaces_such_a_file_by_one_of_its_own(void **state)
{
    for (size_t i = 0; i < COUNT_OF(intruders); i++) {
        CLEANUP(scratch_remove) struct scratch scratch;
        struct error err = ERROR_EMPTY;
        char target[FILE_PATH_SIZE];
        struct stat facts;

        (void)state;
        scratch_make(&scratch);
        scratch_write(&scratch, "elsewhere", span_text("old"));
        (void)snprintf(target, sizeof(target), "%s", scratch_path(&scratch, "elsewhere"));
        assert_int_equal(chmod(target, 0666), 0);
        intruders[i](target, scratch_path(&scratch, "key"));
        intruders[i](target, scratch_path(&scratch, "key.new"));
        assert_true(run_folder_write(scratch.folder, "key", span_text("new"), &err));
        assert_true(scratch_holds(&scratch, "elsewhere", span_text("old")));
        assert_true(scratch_holds(&scratch, "key", span_text("new")));
        assert_false(scratch_has(&scratch, "key.new"));
        assert_int_equal(lstat(scratch_path(&scratch, "key"), &facts), 0);
        assert_int_equal(facts.st_mode, S_IFREG | 0600);
    }
}

static void a_file_that_cannot_be_replaced_leaves_nothing(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct error err = ERROR_EMPTY;

    (void)state;
    scratch_make(&scratch);
    assert_int_equal(mkdir(scratch_path(&scratch, "key"), 0700), 0);
    assert_false(run_folder_write(scratch.folder, "key", span_text("new"), &err));
    assert_non_null(strstr(err.text, "/key: Is a directory"));
    assert_false(scratch_has(&scratch, "key.new"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_its_folder),
        cmocka_unit_test(one_holds_the_lock),
        cmocka_unit_test(who_takes_the_lock_begins_without_progress),
        cmocka_unit_test(a_child_keeps_the_lock),
        cmocka_unit_test(a_folder_that_cannot_be_made_fails),
        cmocka_unit_test(tells_what_was_said_last),
        cmocka_unit_test(reads_nothing_but_its_own),
        cmocka_unit_test(reads_no_file_that_another_may_have_put_there),
        cmocka_unit_test(replaces_such_a_file_by_one_of_its_own),
        cmocka_unit_test(a_file_that_cannot_be_replaced_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
