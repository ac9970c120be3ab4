/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "camera/settings.h"
#include "fake_store.h"

#include <string.h>

/* What refuses a SAVE or an update is found before anything changes. */

enum { TEXT_SIZE = 4096, CHANCES = 8 };

#define SAVED "/mnt/settings"

static struct fake_power power;
static struct fake_store fake;
static const struct process_command no_command;
static struct settings settings;
static struct error err;

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(fake_store_open_nodes(&fake), 0);
    fake_store_free(&fake);
    return 0;
}

static void put_text(const char *path, const char *text)
{
    fake_store_put(&fake, path, span_text(text));
}

static void set_up(void)
{
    fake_store_free(&fake);
    fake_power_on(&power);
    fake_store_make(&fake, &power);
    settings = (struct settings){&fake.store, "/run/live", SAVED, &no_command};
    put_text("/run/live/a", "new");
    put_text("/run/live/b/c", "c");
    put_text(SAVED "/a", "old");
    put_text(SAVED ".old/a", "stale");
    fake_power_on(&power);
}

static void nothing_is_touched(void)
{
    char text[TEXT_SIZE];

    fake_store_tell(&fake, "/mnt", text, sizeof(text));
    assert_string_equal(text, "/ 755\n/settings/ 755\n/settings/a 644 old\n"
                              "/settings.old/ 755\n/settings.old/a 644 stale\n");
}

static void put_a_mount(const char *path)
{
    if (!fake_store_has(&fake, path))
        put_text(path, "key");
    fake_store_put_mount(&fake, path);
    fake_power_on(&power);
}

static void a_mount_inside_refuses_before_anything_is_touched(void **state)
{
    static const char *const mounts[] = {SAVED "/card", SAVED ".old/card", "/run/live/b/card"};
    struct digest digest;
    bool is_sure;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(mounts); i++) {
        set_up();
        put_a_mount(mounts[i]);
        assert_false(settings_look(&settings, &is_sure, &err));
        assert_non_null(strstr(err.text, mounts[i]));
        assert_false(settings_check(&settings, &err));
        assert_int_equal(power.changes, 0);
        assert_false(settings_prepare(&settings, &digest, &err));
        assert_false(settings_save(&settings, &err));
        assert_int_equal(err.kind, ERROR_SETTINGS);
        assert_non_null(strstr(err.text, mounts[i]));
        assert_true(fake_store_has(&fake, mounts[i]));
        fake_store_drop(&fake, mounts[i]);
        nothing_is_touched();
    }
}

static void an_immutable_file_refuses_before_anything_is_touched(void **state)
{
    static const char *const files[] = {SAVED "/card", SAVED ".old/card", SAVED ".new/card"};
    struct digest digest;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        set_up();
        put_text(files[i], "key");
        fake_power_on(&power);
        fake.immutable = files[i];
        assert_false(settings_check(&settings, &err));
        assert_non_null(strstr(err.text, files[i]));
        assert_false(settings_prepare(&settings, &digest, &err));
        assert_false(settings_save(&settings, &err));
        assert_int_equal(power.changes, 0);
    }
}

static void saved_as_a_mount_is_refused(void **state)
{
    struct digest digest;

    (void)state;
    set_up();
    put_a_mount(SAVED);
    assert_false(settings_prepare(&settings, &digest, &err));
    assert_false(settings_save(&settings, &err));
    assert_string_equal(err.text, "settings: " SAVED " is a mount point");
    assert_int_equal(power.changes, 0);
}

static void what_only_a_rename_refuses_is_found_before_the_commit(void **state)
{
    struct digest digest;
    bool is_sure;

    (void)state;
    set_up();
    fake.is_unsure = true;
    fake.is_fixed = SAVED;
    assert_true(settings_look(&settings, &is_sure, &err));
    assert_false(is_sure);
    assert_false(settings_check(&settings, &err));
    assert_int_equal(err.kind, ERROR_SETTINGS);
    assert_false(settings_prepare(&settings, &digest, &err));
    nothing_is_touched();
    fake.is_fixed = NULL;
    assert_true(settings_check(&settings, &err));
    nothing_is_touched();
}

static void a_cut_while_a_rename_is_tried_is_recovered(void **state)
{
    unsigned cuts = 0;

    (void)state;
    for (uint64_t at = 0;; at++) {
        set_up();
        fake.is_unsure = true;
        power.cut_at = at / CHANCES + 1;
        if (settings_check(&settings, &err))
            break;
        assert_true(power.is_off);
        fake_power_on(&power);
        fake_store_lose(&fake, at % CHANCES);
        assert_true(settings_recover(&settings, &err));
        nothing_is_touched();
        cuts++;
    }
    /* Two renames, each followed by a sync. */
    assert_int_equal(cuts, 4 * CHANCES);
}

/* A program replaces `a` during the save. */
static void replace_a(struct fake_store *of, const char *name)
{
    if (strcmp(name, "a.new") != 0)
        return;
    fake_store_drop(of, "/run/live/a.new");
    fake_store_put(of, "/run/live/a", span_text("newer"));
}

static void a_file_that_is_replaced_meanwhile_refuses_nothing(void **state)
{
    struct digest digest;

    (void)state;
    set_up();
    put_text("/run/live/a.new", "newer");
    fake.meanwhile = replace_a;
    assert_true(settings_prepare(&settings, &digest, &err));
    assert_true(settings_activate(&settings, &digest, &err));
    assert_true(fake_store_has(&fake, SAVED "/a"));
    assert_false(fake_store_has(&fake, SAVED "/a.new"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mount_inside_refuses_before_anything_is_touched),
        cmocka_unit_test(an_immutable_file_refuses_before_anything_is_touched),
        cmocka_unit_test(saved_as_a_mount_is_refused),
        cmocka_unit_test(what_only_a_rename_refuses_is_found_before_the_commit),
        cmocka_unit_test(a_cut_while_a_rename_is_tried_is_recovered),
        cmocka_unit_test(a_file_that_is_replaced_meanwhile_refuses_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, tear_down);
}
