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
    assert_string_equal(err.text, "/nothing: nothing there");
    assert_false(tree_copy(store, "/from/a", "/to/none/a", &err));
    fake_store_put_other(&fake, "/from/device");
    assert_false(tree_copy(store, "/from", "/to/b", &err));
    assert_string_equal(err.text, "/from/device: neither file, folder nor link");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_copy_is_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_copy_is_whole_once_its_name_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_long_file_is_copied_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_it_cannot_copy_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_digest_covers_names_kinds_modes_and_bytes, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
