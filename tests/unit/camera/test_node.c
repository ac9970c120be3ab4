/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fd.h"
#include "camera/store.h"
#include "camera/tree.h"
#include "scratch.h"
#include "skip.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Trees on the machine's own file systems. */

enum { NOBODY = 65534, DEEP = 300, DESCRIPTORS = 100 };

static struct store *store;
static const struct store_operations *operations;
static struct error err;

static int set_up(void **state)
{
    (void)state;
    store = store_linux();
    operations = store->operations;
    err = ERROR_EMPTY;
    return 0;
}

static bool is_true_in_a_child(bool (*check)(struct scratch *scratch), struct scratch *scratch)
{
    pid_t child = fork();
    int status;

    if (child == 0)
        _exit(check(scratch) ? 0 : 1);
    return waitpid(child, &status, 0) == child && status == 0;
}

static void become_nobody(const struct scratch *scratch)
{
    if (geteuid() == 0 &&
        (chown(scratch->folder, NOBODY, NOBODY) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
         setresuid(NOBODY, NOBODY, NOBODY) != 0))
        _exit(2);
}

static void what_is_made_is_private_until_it_is_finished(void **state)
{
    static const struct {
        enum store_kind kind;
        mode_t mode;
    } kinds[] = {{STORE_FILE, 0600}, {STORE_FOLDER, 0700}};
    CLEANUP(scratch_remove) struct scratch scratch;
    struct stat facts;
    int node;

    (void)state;
    scratch_make(&scratch);
    if (geteuid() != 0)
        skip_because("only root gives a file away");
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        const struct store_entry entry = {
            .kind = kinds[i].kind, .mode = 04777, .user = NOBODY, .group = NOBODY};
        const char *path = scratch_path(&scratch, i == 0 ? "file" : "folder");

        assert_true(operations->node_make(store, STORE_TOP, path, kinds[i].kind, "", &node, &err));
        assert_int_equal(lstat(path, &facts), 0);
        assert_int_equal(facts.st_mode & 07777, kinds[i].mode);
        assert_int_equal(facts.st_uid, 0);
        assert_true(operations->node_finish(store, node, &entry, &err));
        operations->node_close(store, &node);
        assert_int_equal(node, STORE_NO_NODE);
        assert_int_equal(lstat(path, &facts), 0);
        assert_int_equal(facts.st_mode & 07777, 04777);
        assert_int_equal(facts.st_uid, NOBODY);
    }
}

static void a_link_is_given_and_not_what_it_leads_to(void **state)
{
    const struct store_entry entry = {.kind = STORE_LINK, .user = NOBODY, .group = NOBODY};
    CLEANUP(scratch_remove) struct scratch scratch;
    struct store_entry found;
    struct stat facts;
    char to[16];
    int node;

    (void)state;
    scratch_make(&scratch);
    scratch_write(&scratch, "file", SPAN_EMPTY);
    assert_true(operations->node_make(store, STORE_TOP, scratch_path(&scratch, "link"), STORE_LINK,
                                      "file", &node, &err));
    assert_true(operations->node_finish(store, node, &entry, &err));
    operations->node_close(store, &node);
    assert_int_equal(lstat(scratch_path(&scratch, "file"), &facts), 0);
    assert_int_equal(facts.st_uid, geteuid());
    assert_true(operations->node_open(store, STORE_TOP, scratch_path(&scratch, "link"), &found,
                                      &node, &err));
    assert_int_equal(found.kind, STORE_LINK);
    assert_int_equal(found.user, geteuid() == 0 ? NOBODY : geteuid());
    assert_true(operations->node_read_link(store, node, to, sizeof(to), &err));
    assert_string_equal(to, "file");
    assert_false(operations->node_read_link(store, node, to, 4, &err));
    operations->node_close(store, &node);
}

static void other_kinds_are_seen_and_not_opened(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct store_entry entry;
    int node;

    (void)state;
    scratch_make(&scratch);
    assert_int_equal(mkfifo(scratch_path(&scratch, "fifo"), 0600), 0);
    assert_true(operations->node_open(store, STORE_TOP, scratch.path, &entry, &node, &err));
    assert_int_equal(entry.kind, STORE_OTHER);
    assert_int_equal(node, STORE_NO_NODE);
    assert_true(operations->node_open(store, STORE_TOP, scratch_path(&scratch, "none"), &entry,
                                      &node, &err));
    assert_int_equal(entry.kind, STORE_NOTHING);
    assert_int_equal(node, STORE_NO_NODE);
}

/* Nested folders, more than a process has descriptors for. */
static void make_deep(const char *path)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_DIRECTORY);

    for (unsigned i = 0; i < DEEP; i++) {
        int inner;

        assert_int_equal(mkdirat(fd, "d", 0755), 0);
        inner = openat(fd, "d", O_RDONLY | O_DIRECTORY);
        assert_true(inner >= 0);
        (void)close(inner == fd ? FD_NONE : fd);
        fd = inner;
        (void)close(openat(fd, "file", O_WRONLY | O_CREAT, 0644));
    }
}

static bool removes_with_few_descriptors(struct scratch *scratch)
{
    struct rlimit few;

    if (getrlimit(RLIMIT_NOFILE, &few) != 0)
        return false;
    few.rlim_cur = DESCRIPTORS; /* valgrind lets nobody change the other one */
    return setrlimit(RLIMIT_NOFILE, &few) == 0 &&
           operations->remove(store, scratch_path(scratch, "tree"), &err);
}

static void removes_a_tree_of_any_depth(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    assert_int_equal(mkdir(scratch_path(&scratch, "tree"), 0755), 0);
    make_deep(scratch.path);
    /* A name to which deep folders are moved. */
    scratch_write(&scratch, "tree/.removed-0", SPAN_EMPTY);
    assert_true(is_true_in_a_child(removes_with_few_descriptors, &scratch));
    assert_false(scratch_has(&scratch, "tree"));
}

/* Root may write everywhere, so the test changes to another user. */
static bool copies_and_removes_what_is_read_only(struct scratch *scratch)
{
    char to[FILE_PATH_SIZE];
    struct stat facts;

    become_nobody(scratch);
    if (mkdir(scratch_path(scratch, "live"), 0700) != 0 ||
        mkdir(scratch_path(scratch, "live/inner"), 0700) != 0)
        return false;
    scratch_write(scratch, "live/inner/file", span_text("x"));
    if (chmod(scratch_path(scratch, "live/inner/file"), 0400) != 0 ||
        chmod(scratch_path(scratch, "live/inner"), 0500) != 0 ||
        chmod(scratch_path(scratch, "live"), 0500) != 0)
        return false;
    (void)snprintf(to, sizeof(to), "%s", scratch_path(scratch, "saved"));
    return tree_copy(store, scratch_path(scratch, "live"), to, &err) &&
           scratch_holds(scratch, "saved/inner/file", span_text("x")) &&
           stat(scratch_path(scratch, "saved/inner"), &facts) == 0 &&
           (facts.st_mode & 07777) == 0500 && operations->remove(store, to, &err) &&
           operations->remove(store, scratch_path(scratch, "live"), &err) &&
           !scratch_has(scratch, "saved") && !scratch_has(scratch, "live");
}

static void a_user_copies_and_removes_folders_of_mode_0500(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    assert_true(is_true_in_a_child(copies_and_removes_what_is_read_only, &scratch));
}

static bool set_flags(const char *path, int flags)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY);

    return ioctl(fd, FS_IOC_SETFLAGS, &flags) == 0;
}

static void what_is_immutable_cannot_be_renamed_or_removed(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    bool is_sure, can, is_fixed;
    struct store_entry entry;
    int node;

    (void)state;
    scratch_make(&scratch);
    assert_int_equal(mkdir(scratch_path(&scratch, "saved"), 0755), 0);
    assert_true(operations->can_rename(store, scratch.path, &is_sure, &err));
    if (!set_flags(scratch.path, FS_IMMUTABLE_FL))
        skip_because("this file system or user has no immutable files");
    can = operations->can_rename(store, scratch.path, &is_sure, &err);
    assert_true(operations->node_open(store, STORE_TOP, scratch.path, &entry, &node, &err));
    is_fixed = operations->node_is_fixed(store, node);
    assert_true(set_flags(scratch.path, 0));
    assert_false(can && is_sure);
    assert_true(is_fixed);
    assert_false(operations->node_is_fixed(store, node));
    operations->node_close(store, &node);
    assert_true(set_flags(scratch.folder, FS_IMMUTABLE_FL));
    can = operations->can_rename(store, scratch.path, &is_sure, &err);
    assert_true(set_flags(scratch.folder, 0));
    assert_false(can && is_sure);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_made_is_private_until_it_is_finished, set_up),
        cmocka_unit_test_setup(a_link_is_given_and_not_what_it_leads_to, set_up),
        cmocka_unit_test_setup(other_kinds_are_seen_and_not_opened, set_up),
        cmocka_unit_test_setup(removes_a_tree_of_any_depth, set_up),
        cmocka_unit_test_setup(a_user_copies_and_removes_folders_of_mode_0500, set_up),
        cmocka_unit_test_setup(what_is_immutable_cannot_be_renamed_or_removed, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
