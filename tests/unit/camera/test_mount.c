/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fd.h"
#include "camera/linux/mount.h"
#include "camera/store.h"
#include "camera/tree.h"
#include "scratch.h"
#include "skip.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static struct scratch scratch;
static struct store *store;
static struct error err;

static void bind_at(const char *from, const char *to)
{
    char path[FILE_PATH_SIZE];

    (void)snprintf(path, sizeof(path), "%s", scratch_path(&scratch, from));
    assert_int_equal(mount(path, scratch_path(&scratch, to), "none", MS_BIND, NULL), 0);
}

static void make_folder(const char *name)
{
    assert_int_equal(mkdir(scratch_path(&scratch, name), 0755), 0);
}

/* Runs in a file system and a mount namespace of its own. */
static int set_up(void **state)
{
    (void)state;
    store = store_linux();
    err = ERROR_EMPTY;
    scratch_make(&scratch);
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", scratch.folder, "tmpfs", 0, NULL) != 0)
        return 0;
    make_folder("card");
    scratch_write(&scratch, "card/key", span_text("keep"));
    make_folder("tree");
    make_folder("tree/plain");
    make_folder("tree/bound");
    make_folder("tree/other");
    scratch_write(&scratch, "tree/file", span_text("x"));
    scratch_write(&scratch, "tree/bound-file", span_text("x"));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    while (umount2(scratch.folder, MNT_DETACH) == 0)
        continue;
    scratch_remove(&scratch);
    return 0;
}

static void need_mounts(void)
{
    if (!scratch_has(&scratch, "tree"))
        skip_because("file systems cannot be mounted here");
}

static void each_way_sees_what_it_can(void **state)
{
    static const struct {
        const char *name;
        bool is_mount[MOUNT_WAYS];
    } entries[] = {
        {"tree/plain", {false, false, false}}, {"tree/file", {false, false, false}},
        {"tree/bound", {true, true, false}},   {"tree/bound-file", {true, true, false}},
        {"tree/other", {true, true, true}},
    };
    CLEANUP(fd_close) int folder = FD_NONE;
    bool is_mount;

    (void)state;
    need_mounts();
    bind_at("card", "tree/bound");
    bind_at("card/key", "tree/bound-file");
    assert_int_equal(mount("none", scratch_path(&scratch, "tree/other"), "tmpfs", 0, NULL), 0);
    folder = open(scratch_path(&scratch, "tree"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        CLEANUP(fd_close) int fd = open(scratch_path(&scratch, entries[i].name), O_RDONLY);

        for (enum mount_way way = 0; way < MOUNT_WAYS; way++)
            if (mount_ask(way, fd, folder, &is_mount))
                assert_int_equal(is_mount, entries[i].is_mount[way]);
        assert_int_equal(mount_is_at(fd, folder), entries[i].is_mount[mount_sees_binds() ? 0 : 2]);
    }
    assert_true(mount_ask(MOUNT_DEVICE, folder, folder, &is_mount));
}

static void what_cannot_be_asked_counts_as_a_mount(void **state)
{
    bool is_mount;

    (void)state;
    for (enum mount_way way = 0; way < MOUNT_WAYS; way++)
        assert_false(mount_ask(way, FD_NONE, FD_NONE, &is_mount));
    assert_true(mount_is_at(FD_NONE, FD_NONE));
}

static bool removes(const char *name)
{
    return store->operations->remove(store, scratch_path(&scratch, name), &err);
}

static void a_removal_stops_at_a_mounted_folder(void **state)
{
    (void)state;
    need_mounts();
    bind_at("card", "tree/bound");
    assert_false(removes("tree"));
    assert_non_null(strstr(err.text, "/tree/bound: is a mount point"));
    assert_true(scratch_holds(&scratch, "card/key", span_text("keep")));
    assert_false(removes("tree/bound"));
    assert_true(scratch_holds(&scratch, "card/key", span_text("keep")));
}

static void a_removal_stops_at_a_mounted_file(void **state)
{
    (void)state;
    need_mounts();
    bind_at("card/key", "tree/bound-file");
    assert_false(removes("tree"));
    assert_non_null(strstr(err.text, "/tree/bound-file: Device or resource busy"));
    assert_true(scratch_holds(&scratch, "card/key", span_text("keep")));
}

static void a_copy_does_not_cross_a_mount(void **state)
{
    char to[FILE_PATH_SIZE];

    (void)state;
    need_mounts();
    bind_at("card", "tree/bound");
    (void)snprintf(to, sizeof(to), "%s", scratch_path(&scratch, "copy"));
    assert_false(tree_copy(store, scratch_path(&scratch, "tree"), to, &err));
    assert_non_null(strstr(err.text, "/tree/bound: is a mount point"));
    assert_false(scratch_has(&scratch, "copy/bound"));
}

static void a_mount_cannot_be_renamed(void **state)
{
    bool is_sure;

    (void)state;
    need_mounts();
    bind_at("card", "tree/bound");
    assert_false(
        store->operations->can_rename(store, scratch_path(&scratch, "tree/bound"), &is_sure, &err));
    assert_non_null(strstr(err.text, "/tree/bound is a mount point, which cannot be renamed"));
    assert_true(
        store->operations->can_rename(store, scratch_path(&scratch, "tree/plain"), &is_sure, &err));
    assert_true(
        store->operations->can_rename(store, scratch_path(&scratch, "tree/none"), &is_sure, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_way_sees_what_it_can, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_asked_counts_as_a_mount, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_removal_stops_at_a_mounted_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_removal_stops_at_a_mounted_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_copy_does_not_cross_a_mount, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_mount_cannot_be_renamed, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
