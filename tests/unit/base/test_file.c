/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fd.h"
#include "base/memory.h"
#include "scratch.h"
#include "skip.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OTHER = 4321, OTHER_GROUP = 4322 };

/* A folder that another user owns; only root can make one. */
static void make_foreign(struct scratch *scratch)
{
    if (geteuid() != 0)
        skip_because("only root gives a folder away");
    scratch_make(scratch);
    assert_int_equal(chown(scratch->folder, OTHER, OTHER_GROUP), 0);
}

static void expect_owner(struct scratch *scratch, const char *name, uid_t user, gid_t group)
{
    struct stat facts;

    assert_int_equal(stat(scratch_path(scratch, name), &facts), 0);
    assert_int_equal(facts.st_uid, user);
    assert_int_equal(facts.st_gid, group);
}

static void expect_mode(struct scratch *scratch, const char *name, mode_t mode)
{
    struct stat facts;

    assert_int_equal(stat(scratch_path(scratch, name), &facts), 0);
    assert_int_equal(facts.st_mode & 07777, mode);
}

static void what_root_makes_is_the_folders_owners(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch = {.folder = ""};
    CLEANUP(fd_close) int made = FD_NONE;
    CLEANUP(fd_close) int opened = FD_NONE;

    (void)state;
    make_foreign(&scratch);
    made = file_make(scratch_path(&scratch, "made"), O_WRONLY | O_CLOEXEC, 0600);
    opened = file_open_or_make(scratch_path(&scratch, "opened"), O_RDWR | O_CLOEXEC, 0600);
    assert_true(made != FD_NONE && opened != FD_NONE);
    expect_owner(&scratch, "made", OTHER, OTHER_GROUP);
    expect_owner(&scratch, "opened", OTHER, OTHER_GROUP);
}

static void what_was_there_keeps_its_owner(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch = {.folder = ""};
    CLEANUP(fd_close) int opened = FD_NONE;
    struct error err = ERROR_EMPTY;

    (void)state;
    make_foreign(&scratch);
    scratch_write(&scratch, "root", span_text("x"));
    opened = file_open_or_make(scratch_path(&scratch, "root"), O_RDWR | O_CLOEXEC, 0600);
    assert_true(opened != FD_NONE);
    expect_owner(&scratch, "root", 0, 0);
    assert_int_equal(chown(scratch_path(&scratch, "root"), OTHER + 2, OTHER_GROUP), 0);
    assert_true(file_replace(scratch_path(&scratch, "root"), span_text("y"), 0600, &err));
    expect_owner(&scratch, "root", OTHER + 2, OTHER_GROUP);
    assert_true(scratch_holds(&scratch, "root", span_text("y")));
    assert_int_equal(chown(scratch_path(&scratch, "root"), 0, OTHER_GROUP), 0);
    assert_int_equal(chmod(scratch_path(&scratch, "root"), 0640), 0);
    assert_true(file_replace(scratch_path(&scratch, "root"), span_text("z"), 0600, &err));
    expect_owner(&scratch, "root", 0, OTHER_GROUP);
    expect_mode(&scratch, "root", 0640);
}

/* A file of another group must not become readable for the group of the user who replaces it. */
static void rights_of_a_group_that_cannot_be_kept_are_not_kept(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch = {.folder = ""};
    struct error err = ERROR_EMPTY;
    bool replaced;

    (void)state;
    make_foreign(&scratch);
    scratch_write(&scratch, "secret", span_text("x"));
    assert_int_equal(chown(scratch_path(&scratch, "secret"), 0, OTHER_GROUP + 1), 0);
    assert_int_equal(chmod(scratch_path(&scratch, "secret"), 0640), 0);
    assert_int_equal(setegid(OTHER_GROUP), 0);
    assert_int_equal(seteuid(OTHER), 0);
    replaced = file_replace(scratch_path(&scratch, "secret"), span_text("y"), 0600, &err);
    assert_int_equal(seteuid(0), 0);
    assert_int_equal(setegid(0), 0);
    assert_true(replaced);
    expect_mode(&scratch, "secret", 0600);
}

static void what_is_there_is_not_made_and_what_cannot_be_opened_is_told(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    scratch_write(&scratch, "there", span_text("x"));
    assert_int_equal(file_make(scratch_path(&scratch, "there"), O_WRONLY, 0600), FD_NONE);
    assert_int_equal(errno, EEXIST);
    assert_int_equal(file_open_or_make(scratch_path(&scratch, "no/file"), O_RDWR, 0600), FD_NONE);
    assert_int_equal(errno, ENOENT);
    assert_true(scratch_holds(&scratch, "there", span_text("x")));
}

static void what_cannot_be_replaced_leaves_no_side_file(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct error err = ERROR_EMPTY;

    (void)state;
    scratch_make(&scratch);
    assert_int_equal(mkdir(scratch_path(&scratch, "folder"), 0700), 0);
    assert_false(file_replace(scratch_path(&scratch, "folder"), span_text("y"), 0600, &err));
    assert_false(scratch_has(&scratch, "folder.new"));
}

static void a_path_lies_in_its_folder(void **state)
{
    static const char *const rows[][2] = {
        {"/run/isp/lock", "/run/isp"}, {"/lock", "/"}, {"lock", "."}, {"a/b", "a"}};
    char folder[FILE_PATH_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        file_folder(rows[i][0], folder);
        assert_string_equal(folder, rows[i][1]);
    }
}

static void a_file_is_read_whole_up_to_the_limit(void **state)
{
    enum { LIMIT = 10000 };
    static const size_t sizes[] = {0, 1, 4095, 4096, 4097, LIMIT - 1, LIMIT};
    CLEANUP(scratch_remove) struct scratch scratch;
    static unsigned char bytes[LIMIT + 1];
    struct error err = ERROR_EMPTY;

    (void)state;
    scratch_make(&scratch);
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)(i * 7 + i / 251);
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        CLEANUP(memory_free) unsigned char *data = NULL;
        size_t size;

        scratch_write(&scratch, "file", span_of(bytes, sizes[i]));
        assert_true(file_read(scratch_path(&scratch, "file"), LIMIT, &data, &size, &err));
        assert_true(span_same(span_of(data, size), span_of(bytes, sizes[i])));
    }
    scratch_write(&scratch, "file", span_of(bytes, sizeof(bytes)));
    for (size_t limit = LIMIT; limit >= 1; limit /= 10) {
        unsigned char *data = NULL;
        size_t size;

        assert_false(file_read(scratch_path(&scratch, "file"), limit, &data, &size, &err));
        assert_non_null(strstr(err.text, "larger than 1"));
        assert_null(data);
    }
}

/* Like the files of /proc. */
static void a_file_that_tells_no_size_is_read_whole(void **state)
{
    static const char *const paths[] = {"/proc/self/comm", "/proc/self/smaps"};
    struct error err = ERROR_EMPTY;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        CLEANUP(memory_free) unsigned char *data = NULL;
        struct stat facts;
        size_t size;

        assert_int_equal(stat(paths[i], &facts), 0);
        assert_int_equal(facts.st_size, 0);
        assert_true(file_read(paths[i], 1 << 20, &data, &size, &err));
        assert_int_equal(data[size - 1], '\n');
        assert_true(size > (i == 0 ? 0 : 4096));
    }
}

/* The owner of the folder may not lead root to a file elsewhere. */
static void only_a_file_with_one_name_is_opened_to_write(void **state)
{
    static const struct {
        const char *name;
        int number;
    } others[] = {{"second", EMLINK}, {"link", ELOOP}, {"fifo", ENXIO}, {"folder", EISDIR}};
    CLEANUP(scratch_remove) struct scratch scratch;
    CLEANUP(fd_close) int plain = FD_NONE;
    char kept[FILE_PATH_SIZE];

    (void)state;
    scratch_make(&scratch);
    scratch_write(&scratch, "kept", span_text("keep"));
    (void)snprintf(kept, sizeof(kept), "%s", scratch.path);
    assert_int_equal(link(kept, scratch_path(&scratch, "second")), 0);
    assert_int_equal(symlink(kept, scratch_path(&scratch, "link")), 0);
    assert_int_equal(mkfifo(scratch_path(&scratch, "fifo"), 0600), 0);
    assert_int_equal(mkdir(scratch_path(&scratch, "folder"), 0700), 0);
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        const char *path = scratch_path(&scratch, others[i].name);

        assert_int_equal(file_open_or_make(path, O_WRONLY | O_NOFOLLOW, 0600), FD_NONE);
        assert_int_equal(errno, others[i].number);
    }
    assert_int_equal(unlink(scratch_path(&scratch, "second")), 0);
    plain = file_open_plain(kept, O_RDWR);
    assert_true(plain != FD_NONE);
    assert_true(scratch_holds(&scratch, "kept", span_text("keep")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_root_makes_is_the_folders_owners),
        cmocka_unit_test(what_was_there_keeps_its_owner),
        cmocka_unit_test(rights_of_a_group_that_cannot_be_kept_are_not_kept),
        cmocka_unit_test(what_is_there_is_not_made_and_what_cannot_be_opened_is_told),
        cmocka_unit_test(a_file_is_read_whole_up_to_the_limit),
        cmocka_unit_test(a_file_that_tells_no_size_is_read_whole),
        cmocka_unit_test(what_cannot_be_replaced_leaves_no_side_file),
        cmocka_unit_test(a_path_lies_in_its_folder),
        cmocka_unit_test(only_a_file_with_one_name_is_opened_to_write),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
