/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_flash.h"
#include "fake_store.h"

#include <string.h>

/* What the fakes promise to the tests that use them. */

#define NEW_FILE (&(struct store_entry){.kind = STORE_FILE, .mode = 0644})
#define NEW_FOLDER (&(struct store_entry){.kind = STORE_FOLDER, .mode = 0755})

static struct fake_power power;
static struct fake_store fake;
static struct store *store;
static const struct store_operations *operations;
static struct error err;

static int set_up(void **state)
{
    (void)state;
    fake_power_on(&power);
    fake_store_make(&fake, &power);
    store = &fake.store;
    operations = store->operations;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fake_store_free(&fake);
    return 0;
}

static void what_was_not_synced_is_lost(void **state)
{
    (void)state;
    fake_store_put(&fake, "/w/old", span_text("old"));
    assert_true(operations->write(store, "/w/old", 0, span_text("new"), &err));
    assert_true(operations->make(store, "/w/a", NEW_FILE, NULL, &err));
    assert_true(fake_store_holds(&fake, "/w/old", span_text("new")));
    fake_store_lose(&fake, 0);
    assert_true(fake_store_holds(&fake, "/w/old", span_text("old")));
    assert_false(fake_store_has(&fake, "/w/a"));
}

static void a_files_sync_keeps_its_bytes_and_not_its_name(void **state)
{
    (void)state;
    fake_store_put_folder(&fake, "/w");
    assert_true(operations->make(store, "/w/a", NEW_FILE, NULL, &err));
    assert_true(operations->write(store, "/w/a", 0, span_text("bytes"), &err));
    assert_true(operations->sync(store, "/w/a", &err));
    fake_store_lose(&fake, 0);
    assert_false(fake_store_has(&fake, "/w/a"));
}

static void a_folders_sync_keeps_its_names_and_not_the_bytes(void **state)
{
    (void)state;
    fake_store_put_folder(&fake, "/w");
    assert_true(operations->make(store, "/w/a", NEW_FILE, NULL, &err));
    assert_true(operations->write(store, "/w/a", 0, span_text("bytes"), &err));
    assert_true(operations->sync(store, "/w", &err));
    fake_store_lose(&fake, 0);
    assert_true(fake_store_holds(&fake, "/w/a", SPAN_EMPTY));
}

static void a_rename_is_kept_by_its_folders_sync(void **state)
{
    (void)state;
    fake_store_put(&fake, "/w/a/x", span_text("1"));
    assert_true(operations->rename(store, "/w/a", "/w/b", &err));
    fake_store_lose(&fake, 0);
    assert_true(fake_store_holds(&fake, "/w/a/x", span_text("1")));
    assert_true(operations->rename(store, "/w/a", "/w/b", &err));
    assert_true(operations->sync(store, "/w", &err));
    fake_store_lose(&fake, 0);
    assert_true(fake_store_holds(&fake, "/w/b/x", span_text("1")));
    assert_false(fake_store_has(&fake, "/w/a"));
}

static void by_chance_some_of_it_gets_there_and_never_an_unordered_name(void **state)
{
    unsigned none = 0, first = 0, both = 0;

    (void)state;
    for (uint64_t chance = 1; chance < 100; chance++) {
        fake_store_drop(&fake, fake_store_has(&fake, "/w") ? "/w" : "/x");
        fake_store_put_folder(&fake, "/w");
        assert_true(operations->make(store, "/w/a", NEW_FOLDER, NULL, &err));
        assert_true(operations->make(store, "/w/b", NEW_FOLDER, NULL, &err));
        fake_store_lose(&fake, chance);
        none += !fake_store_has(&fake, "/w/a");
        first += fake_store_has(&fake, "/w/a") && !fake_store_has(&fake, "/w/b");
        both += fake_store_has(&fake, "/w/a") && fake_store_has(&fake, "/w/b");
    }
    assert_int_equal(none + first + both, 99);
    assert_true(none > 0 && first > 0 && both > 0);
}

static void the_cut_write_is_half_done_and_nothing_works_after_it(void **state)
{
    struct store_entry entry;

    (void)state;
    fake_store_put(&fake, "/w/a", span_text("old!"));
    power.cut_at = 1;
    assert_false(operations->write(store, "/w/a", 0, span_text("NEW!"), &err));
    assert_true(fake_store_holds(&fake, "/w/a", span_text("NEd!")));
    assert_false(operations->look(store, "/w/a", &entry, &err));
    assert_false(operations->sync(store, "/w/a", &err));
    fake_power_on(&power);
    assert_true(operations->look(store, "/w/a", &entry, &err));
}

static void one_operation_fails_and_the_next_works(void **state)
{
    (void)state;
    fake_store_put(&fake, "/w/a", span_text("old"));
    power.fail_at = 1;
    assert_false(operations->write(store, "/w/a", 0, span_text("new"), &err));
    assert_true(fake_store_holds(&fake, "/w/a", span_text("old")));
    assert_true(operations->write(store, "/w/a", 0, span_text("new"), &err));
    assert_true(fake_store_holds(&fake, "/w/a", span_text("new")));
}

static void a_removal_can_be_cut_in_the_middle(void **state)
{
    (void)state;
    fake_store_put(&fake, "/w/a/1", span_text("1"));
    fake_store_put(&fake, "/w/a/2", span_text("2"));
    power.cut_at = 2;
    assert_false(operations->remove(store, "/w/a", &err));
    assert_false(fake_store_has(&fake, "/w/a/1"));
    assert_true(fake_store_has(&fake, "/w/a/2"));
    fake_power_on(&power);
    assert_true(operations->remove(store, "/w/a", &err));
    assert_false(fake_store_has(&fake, "/w/a"));
}

static void a_full_folder_is_not_renamed_over(void **state)
{
    (void)state;
    fake_store_put(&fake, "/w/a/1", span_text("1"));
    fake_store_put(&fake, "/w/b/1", span_text("1"));
    fake_store_put_folder(&fake, "/w/c");
    assert_false(operations->rename(store, "/w/a", "/w/b", &err));
    assert_true(operations->rename(store, "/w/a", "/w/c", &err));
}

static void flash_only_clears_bits_until_it_is_erased(void **state)
{
    CLEANUP(fake_flash_free) struct fake_flash nor;
    struct fake_opener opener;
    CLEANUP(flash_close) struct flash *flash = NULL;
    unsigned char block[512];

    (void)state;
    fake_flash_make(&nor, "nor:a", 1024, 512, &power);
    fake_opener_make(&opener);
    fake_opener_add(&opener, &nor);
    assert_false(flash_open(&opener.opener, "nor:b", true, &flash, &err));
    assert_true(flash_open(&opener.opener, "nor:a", true, &flash, &err));
    memset(block, 0x0f, sizeof(block));
    assert_true(flash->operations->write(flash, 512, span_of(block, 512), &err));
    memset(block, 0xf1, sizeof(block));
    assert_true(flash->operations->write(flash, 512, span_of(block, 512), &err));
    assert_int_equal(nor.bytes[512], 0x01);
    assert_true(flash->operations->erase(flash, 512, &err));
    power.cut_at = power.changes + 1;
    assert_false(flash->operations->write(flash, 512, span_of(block, 512), &err));
    assert_int_equal(nor.bytes[512], 0xf1);
    assert_int_equal(nor.bytes[1023], 0xff);
    assert_true(nor.weak[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_not_synced_is_lost, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_files_sync_keeps_its_bytes_and_not_its_name, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_folders_sync_keeps_its_names_and_not_the_bytes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_rename_is_kept_by_its_folders_sync, set_up, tear_down),
        cmocka_unit_test_setup_teardown(by_chance_some_of_it_gets_there_and_never_an_unordered_name,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_cut_write_is_half_done_and_nothing_works_after_it,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_operation_fails_and_the_next_works, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_removal_can_be_cut_in_the_middle, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_folder_is_not_renamed_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(flash_only_clears_bits_until_it_is_erased, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
