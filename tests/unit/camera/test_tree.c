/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "camera/tree.h"
#include "fake_store.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_SIZE = 4096 };

static struct fake_power power;
static struct fake_store fake;
static struct store *store;
static struct error err;

static int set_up(void **state)
{
    (void)state;
    fake_power_on(&power);
    fake_store_make(&fake, &power);
    store = &fake.store;
    fake_store_put_folder(&fake, "/to");
    fake_store_put_folder(&fake, "/from/empty");
    fake_store_put(&fake, "/from/a", span_text("bytes of a"));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(fake_store_open_nodes(&fake), 0);
    fake_store_free(&fake);
    return 0;
}

static void make(const char *path, struct store_entry entry, const char *to)
{
    assert_true(store->operations->make(store, path, &entry, to, &err));
}

static void a_copy_is_the_same(void **state)
{
    char from[TEXT_SIZE], to[TEXT_SIZE];
    struct digest one, other;

    (void)state;
    make("/from/link", (struct store_entry){.kind = STORE_LINK}, "../elsewhere");
    make("/from/secret", (struct store_entry){.kind = STORE_FILE, .mode = 0600}, NULL);
    make("/from/closed", (struct store_entry){.kind = STORE_FOLDER, .mode = 0500}, NULL);
    assert_true(tree_copy(store, "/from", "/to/copy", &err));
    fake_store_tell(&fake, "/from", from, sizeof(from));
    fake_store_tell(&fake, "/to/copy", to, sizeof(to));
    assert_string_equal(from, to);
    assert_true(tree_digest(store, "/from", &one, &err));
    assert_true(tree_digest(store, "/to/copy", &other, &err));
    assert_true(digest_same(&one, &other));
}

static void a_copy_is_whole_once_its_name_is(void **state)
{
    char from[TEXT_SIZE], to[TEXT_SIZE];

    (void)state;
    assert_true(tree_copy(store, "/from", "/to/copy", &err));
    assert_true(store->operations->sync(store, "/to", &err));
    fake_store_lose(&fake, 0);
    fake_store_tell(&fake, "/from", from, sizeof(from));
    fake_store_tell(&fake, "/to/copy", to, sizeof(to));
    assert_string_equal(from, to);
}

static void a_long_file_is_copied_whole(void **state)
{
    static unsigned char bytes[200001];

    (void)state;
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)(i * 3 + i / 65521);
    fake_store_put(&fake, "/from/long", span_of(bytes, sizeof(bytes)));
    assert_true(tree_copy(store, "/from/long", "/to/long", &err));
    assert_true(fake_store_holds(&fake, "/to/long", span_of(bytes, sizeof(bytes))));
}

static void what_it_cannot_copy_is_named(void **state)
{
    char path[TEXT_SIZE] = "/from/deep";

    (void)state;
    assert_false(tree_copy(store, "/nothing", "/to/a", &err));
    assert_string_equal(err.text, "/nothing: does not exist");
    assert_false(tree_copy(store, "/from/a", "/to/none/a", &err));
    fake_store_put_other(&fake, "/from/device");
    assert_false(tree_copy(store, "/from", "/to/b", &err));
    assert_string_equal(err.text, "/from/device: is no file, folder or link");
    for (unsigned i = 0; i < TREE_DEPTH; i++)
        (void)snprintf(path + strlen(path), sizeof(path) - strlen(path), "/d");
    fake_store_put_folder(&fake, path);
    assert_false(tree_copy(store, "/from/deep", "/to/c", &err) &&
                 tree_copy(store, "/from", "/to/d", &err));
    assert_non_null(strstr(err.text, "folders more than 16 deep"));
}

static void the_digest_covers_names_kinds_modes_and_bytes(void **state)
{
    static const struct {
        const char *path;
        struct store_entry entry;
        const char *to, *bytes;
    } others[] = {
        {"/from/one", {.kind = STORE_FILE, .mode = 0644}, NULL, ""},
        {"/from/one", {.kind = STORE_FILE, .mode = 0600}, NULL, ""},
        {"/from/one", {.kind = STORE_FILE, .mode = 0644}, NULL, "x"},
        {"/from/two", {.kind = STORE_FILE, .mode = 0644}, NULL, ""},
        {"/from/empty/one", {.kind = STORE_FILE, .mode = 0644}, NULL, ""},
        {"/from/one", {.kind = STORE_FOLDER, .mode = 0644}, NULL, ""},
        {"/from/one", {.kind = STORE_LINK}, "x", ""},
        {"/from/one", {.kind = STORE_LINK}, "y", ""},
        /* The same bytes, divided differently between name and target. */
        {"/from/x", {.kind = STORE_LINK}, "yz", ""},
        {"/from/xy", {.kind = STORE_LINK}, "z", ""},
    };
    struct digest digests[COUNT_OF(others) + 1];

    (void)state;
    assert_true(tree_digest(store, "/from", &digests[COUNT_OF(others)], &err));
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        make(others[i].path, others[i].entry, others[i].to);
        if (others[i].bytes[0] != '\0')
            assert_true(store->operations->write(store, others[i].path, 0,
                                                 span_text(others[i].bytes), &err));
        assert_true(tree_digest(store, "/from", &digests[i], &err));
        fake_store_drop(&fake, others[i].path);
    }
    for (size_t i = 0; i < COUNT_OF(digests); i++)
        for (size_t j = i + 1; j < COUNT_OF(digests); j++)
            assert_false(digest_same(&digests[i], &digests[j]));
}

/* Every entry belongs to another user. */
static const char *const theirs[] = {"", "/a", "/b", "/b/c", "/empty"};

static void put_theirs(void)
{
    fake_store_put(&fake, "/from/b/c", span_text("bytes of c"));
    for (size_t i = 0; i < COUNT_OF(theirs); i++) {
        char path[TEXT_SIZE];

        (void)snprintf(path, sizeof(path), "/from%s", theirs[i]);
        fake_tree_find(&fake.tree, path)->entry.user = 7;
    }
}

static bool is_given(const char *inside)
{
    const struct fake_node *node;
    char path[TEXT_SIZE], from[TEXT_SIZE], to[TEXT_SIZE];

    (void)snprintf(path, sizeof(path), "/to/copy%s", inside);
    node = fake_tree_find(&fake.tree, path);
    if (node == NULL || node->entry.user != 7)
        return false;
    fake_store_tell(&fake, path, to, sizeof(to));
    (void)snprintf(path, sizeof(path), "/from%s", inside);
    fake_store_tell(&fake, path, from, sizeof(from));
    assert_string_equal(from, to);
    return true;
}

static void what_is_given_to_its_owner_is_complete(void **state)
{
    size_t given = 0;
    bool is_done = false;

    tear_down(state);
    for (uint64_t at = 1; !is_done; at++) {
        set_up(state);
        put_theirs();
        power.cut_at = at;
        is_done = tree_copy(store, "/from", "/to/copy", &err);
        given = 0;
        for (size_t i = 0; i < COUNT_OF(theirs); i++)
            given += is_given(theirs[i]);
        tear_down(state);
    }
    assert_int_equal(given, COUNT_OF(theirs));
    set_up(state);
}

static void what_is_not_given_yet_is_closed_to_others(void **state)
{
    (void)state;
    put_theirs();
    power.cut_at = 2;
    assert_false(tree_copy(store, "/from", "/to/copy", &err));
    assert_int_equal(fake_tree_find(&fake.tree, "/to/copy")->entry.mode, 0700);
    assert_int_equal(fake_tree_find(&fake.tree, "/to/copy")->entry.user, 0);
}

static void a_mount_inside_is_refused_by_name(void **state)
{
    struct digest digest;

    (void)state;
    fake_store_put(&fake, "/from/b/c", span_text("x"));
    fake_store_put_mount(&fake, "/from/b/c");
    assert_false(tree_copy(store, "/from", "/to/copy", &err));
    assert_non_null(strstr(err.text, "/from/b/c: is a mount point"));
    assert_false(tree_digest(store, "/from", &digest, &err));
    assert_false(tree_check(store, "/from", &err));
    assert_false(tree_check_removable(store, "/from", &err));
    assert_non_null(strstr(err.text, "/from/b/c: is a mount point"));
}

static void what_is_immutable_can_be_copied_but_not_removed(void **state)
{
    (void)state;
    fake_store_put(&fake, "/from/b/c", span_text("x"));
    fake.immutable = "/from/b/c";
    assert_true(tree_copy(store, "/from", "/to/copy", &err));
    assert_false(tree_check_removable(store, "/from", &err));
    assert_string_equal(err.text, "/from/b/c: cannot be removed: it is immutable: chattr -i -a");
}

static void the_top_may_be_a_mount(void **state)
{
    (void)state;
    fake_store_put_mount(&fake, "/from");
    assert_true(tree_check(store, "/from", &err));
    assert_true(tree_copy(store, "/from", "/to/copy", &err));
}

static void a_check_tells_what_a_copy_would(void **state)
{
    (void)state;
    assert_true(tree_check(store, "/from", &err));
    fake_store_put_other(&fake, "/from/device");
    assert_true(tree_check_removable(store, "/from", &err));
    assert_true(tree_check_removable(store, "/nothing", &err));
    assert_false(tree_check(store, "/from", &err));
    assert_string_equal(err.text, "/from/device: is no file, folder or link");
    assert_false(tree_check(store, "/nothing", &err));
    assert_string_equal(err.text, "/nothing: does not exist");
    assert_int_equal(power.changes, 0);
}

/* A program writes a temporary file and renames it; the list already had the temporary name. */
static void rename_away(struct fake_store *of, const char *name)
{
    if (strcmp(name, "a.new") != 0)
        return;
    fake_store_drop(of, "/from/a.new");
    fake_store_put(of, "/from/b", span_text("new"));
}

static void what_vanishes_is_looked_for_again(void **state)
{
    (void)state;
    fake_store_put(&fake, "/from/a.new", span_text("new"));
    fake.meanwhile = rename_away;
    assert_true(tree_copy(store, "/from", "/to/copy", &err));
    assert_true(fake_store_holds(&fake, "/to/copy/b", span_text("new")));
    assert_true(fake_store_holds(&fake, "/to/copy/a", span_text("bytes of a")));
    assert_false(fake_store_has(&fake, "/to/copy/a.new"));
}

static void rename_for_ever(struct fake_store *of, const char *name)
{
    char path[TEXT_SIZE];

    if (strncmp(name, "z", 1) != 0)
        return;
    (void)snprintf(path, sizeof(path), "/from/%s", name);
    if (fake_store_has(of, path))
        fake_store_drop(of, path);
    (void)snprintf(path, sizeof(path), "/from/%sz", name);
    fake_store_put(of, path, SPAN_EMPTY);
}

static void a_folder_that_never_rests_is_refused(void **state)
{
    (void)state;
    fake_store_put(&fake, "/from/z", SPAN_EMPTY);
    fake.meanwhile = rename_for_ever;
    assert_false(tree_copy(store, "/from", "/to/copy", &err));
    assert_string_equal(err.text, "/from: changes all the time");
}

static void a_file_of_whole_pieces_is_copied_whole(void **state)
{
    static unsigned char bytes[65536];

    (void)state;
    fake_store_put(&fake, "/from/even", span_of(bytes, sizeof(bytes)));
    assert_true(tree_copy(store, "/from/even", "/to/even", &err));
    assert_true(fake_store_holds(&fake, "/to/even", span_of(bytes, sizeof(bytes))));
}

static void a_file_that_grows_all_the_time_has_an_end(void **state)
{
    struct digest digest;

    (void)state;
    fake.grows = true;
    assert_true(tree_copy(store, "/from/a", "/to/a", &err));
    assert_true(fake_store_holds(&fake, "/to/a", span_text("bytes of a")));
    assert_false(tree_digest(store, "/from/a", &digest, &err));
    assert_string_equal(err.text, "/from/a: changed while it was read");
}

static void no_failure_leaves_a_node_open(void **state)
{
    bool is_done = false;

    tear_down(state);
    for (uint64_t at = 1; !is_done; at++) {
        struct digest digest;

        set_up(state);
        make("/from/link", (struct store_entry){.kind = STORE_LINK}, "x");
        power.operations = 0;
        power.fail_at = at;
        is_done = tree_copy(store, "/from", "/to/copy", &err) &&
                  tree_digest(store, "/from", &digest, &err) && tree_check(store, "/from", &err);
        tear_down(state);
    }
    set_up(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_copy_is_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_copy_is_whole_once_its_name_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_long_file_is_copied_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_it_cannot_copy_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_digest_covers_names_kinds_modes_and_bytes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_given_to_its_owner_is_complete, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_given_yet_is_closed_to_others, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_mount_inside_is_refused_by_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_immutable_can_be_copied_but_not_removed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_top_may_be_a_mount, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_check_tells_what_a_copy_would, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_vanishes_is_looked_for_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_that_never_rests_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_of_whole_pieces_is_copied_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_grows_all_the_time_has_an_end, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(no_failure_leaves_a_node_open, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
