/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "camera/settings.h"
#include "fake_store.h"

#include <string.h>

enum { TEXT_SIZE = 4096, CUTS_LIMIT = 200, CHANCES = 8 };

#define SAVED "/mnt/settings"
#define STALE "/ 755\n/a 644 stale\n"

static struct fake_power power;
static struct fake_store fake;
static const struct process_command no_command;
static struct settings settings;
static struct error err;
static char was_saved[TEXT_SIZE], is_live[TEXT_SIZE];

static int tear_down(void **state)
{
    (void)state;
    fake_store_free(&fake);
    return 0;
}

/* The saved settings before an update. */
enum before { NOTHING, FILES, FOLDERS, FOLDERS_AND_STALE, BEFORE_COUNT };

static void put_text(const char *path, const char *text)
{
    fake_store_put(&fake, path, span_text(text));
}

static void put_live(enum before before)
{
    const struct store_entry link = {.kind = STORE_LINK};
    const struct store_entry secret = {.kind = STORE_FILE, .mode = 0600};

    if (before == FILES) {
        put_text("/run/live", "new");
        return;
    }
    put_text("/run/live/a", "new");
    put_text("/run/live/b/c", "c");
    put_text("/run/live/empty", "");
    fake_store_put_folder(&fake, "/run/live/none");
    assert_true(fake.store.operations->make(&fake.store, "/run/live/link", &link, "b/c", &err));
    assert_true(fake.store.operations->make(&fake.store, "/run/live/z", &secret, NULL, &err));
    assert_true(fake.store.operations->sync(&fake.store, "/run/live", &err));
}

static void set_up(enum before before)
{
    fake_store_free(&fake);
    fake_power_on(&power);
    fake_store_make(&fake, &power);
    settings = (struct settings){&fake.store, "/run/live", SAVED, &no_command};
    fake_store_put_folder(&fake, "/mnt");
    put_live(before);
    if (before == FILES)
        put_text(SAVED, "old");
    if (before == FOLDERS || before == FOLDERS_AND_STALE) {
        put_text(SAVED "/a", "old");
        put_text(SAVED "/gone", "x");
    }
    if (before == FOLDERS_AND_STALE)
        put_text(SAVED ".old/a", "stale");
    fake_store_tell(&fake, SAVED, was_saved, TEXT_SIZE);
    fake_store_tell(&fake, "/run/live", is_live, TEXT_SIZE);
    fake_power_on(&power);
}

static bool is_at(const char *path, const char *expected)
{
    char text[TEXT_SIZE];

    fake_store_tell(&fake, path, text, sizeof(text));
    return strcmp(text, expected) == 0;
}

static void nothing_is_beside(void)
{
    assert_false(fake_store_has(&fake, SAVED ".new"));
    assert_false(fake_store_has(&fake, SAVED ".save"));
    assert_false(fake_store_has(&fake, SAVED ".was"));
}

static void the_power_comes_back(uint64_t chance)
{
    assert_true(power.is_off);
    fake_power_on(&power);
    fake_store_lose(&fake, chance);
}

static void an_update_moves_them_and_keeps_the_old(void **state)
{
    struct digest digest;

    (void)state;
    for (unsigned before = 0; before < BEFORE_COUNT; before++) {
        set_up(before);
        assert_true(settings_prepare(&settings, &digest, &err));
        assert_true(is_at(SAVED, was_saved));
        assert_true(is_at(SAVED ".new", is_live));
        assert_true(settings_activate(&settings, &digest, &err));
        assert_true(is_at(SAVED, is_live));
        assert_true(is_at(SAVED ".old", was_saved));
        nothing_is_beside();
        fake_store_lose(&fake, 0);
        assert_true(is_at(SAVED, is_live));
        assert_true(is_at(SAVED ".old", was_saved));
        assert_true(settings_forget_old(&settings, &err));
        assert_false(fake_store_has(&fake, SAVED ".old"));
        assert_true(is_at(SAVED, is_live));
    }
}

static void preparing_leaves_what_a_trial_may_go_back_to(void **state)
{
    struct digest digest;

    (void)state;
    set_up(FOLDERS_AND_STALE);
    assert_true(settings_prepare(&settings, &digest, &err));
    assert_true(is_at(SAVED ".old", STALE));
    assert_true(settings_forget_prepared(&settings, &err));
    assert_true(is_at(SAVED ".old", STALE));
    assert_true(is_at(SAVED, was_saved));
    nothing_is_beside();
}

static void a_cut_while_preparing_leaves_the_saved_ones(void **state)
{
    struct digest digest;

    (void)state;
    for (unsigned before = 0; before < BEFORE_COUNT; before++) {
        for (uint64_t at = 1; at < CUTS_LIMIT * CHANCES; at++) {
            set_up(before);
            power.cut_at = at / CHANCES + 1;
            if (settings_prepare(&settings, &digest, &err))
                break;
            assert_int_equal(err.kind, ERROR_SETTINGS);
            the_power_comes_back(at % CHANCES);
            assert_true(settings_forget_prepared(&settings, &err));
            assert_true(is_at(SAVED, was_saved));
            nothing_is_beside();
        }
        assert_false(power.is_off);
    }
}

/* Prepares, then activates while the power goes; false: the cut is past the end. */
static bool activate_cut(enum before before, uint64_t cut_at, uint64_t chance,
                         struct digest *digest)
{
    set_up(before);
    assert_true(settings_prepare(&settings, digest, &err));
    fake_store_lose(&fake, 0);
    fake_power_on(&power);
    power.cut_at = cut_at;
    if (settings_activate(&settings, digest, &err))
        return false;
    the_power_comes_back(chance);
    return true;
}

static void a_cut_while_activating_can_be_gone_on_from(void **state)
{
    struct digest digest;
    unsigned cuts = 0;

    (void)state;
    for (unsigned before = 0; before < BEFORE_COUNT; before++) {
        for (uint64_t at = 0; activate_cut(before, at / CHANCES + 1, at % CHANCES, &digest); at++) {
            assert_true(settings_activate(&settings, &digest, &err));
            assert_true(is_at(SAVED, is_live));
            assert_true(is_at(SAVED ".old", was_saved));
            nothing_is_beside();
            cuts++;
        }
    }
    assert_true(cuts > 3 * CHANCES);
}

/* The first settings of a camera stay: there is nothing to go back to. */
static void was_restored(enum before before, bool was_activated)
{
    assert_true(is_at(SAVED, before == NOTHING && was_activated ? is_live : was_saved));
    assert_false(fake_store_has(&fake, SAVED ".old"));
    nothing_is_beside();
}

static void a_cut_while_activating_can_be_gone_back_from(void **state)
{
    struct digest digest;

    (void)state;
    for (unsigned before = 0; before < BEFORE_COUNT; before++) {
        for (uint64_t at = 0; activate_cut(before, at / CHANCES + 1, at % CHANCES, &digest); at++) {
            bool was_activated = is_at(SAVED, is_live);

            assert_true(settings_restore(&settings, &err));
            was_restored(before, was_activated);
            assert_true(settings_restore(&settings, &err));
            was_restored(before, was_activated);
        }
    }
}

/* Restores while the power goes, before any activation or after a complete one. */
static bool restore_cut(enum before before, bool activated, uint64_t cut_at, uint64_t chance)
{
    struct digest digest;

    set_up(before);
    assert_true(settings_prepare(&settings, &digest, &err));
    if (activated)
        assert_true(settings_activate(&settings, &digest, &err));
    fake_store_lose(&fake, 0);
    fake_power_on(&power);
    power.cut_at = cut_at;
    if (settings_restore(&settings, &err))
        return false;
    the_power_comes_back(chance);
    return true;
}

static void a_cut_while_restoring_can_be_gone_on_from(void **state)
{
    (void)state;
    for (unsigned before = 0; before < 2 * BEFORE_COUNT; before++) {
        for (uint64_t at = 0; restore_cut(before / 2, before % 2, at / CHANCES + 1, at % CHANCES);
             at++) {
            assert_true(settings_restore(&settings, &err));
            was_restored(before / 2, before % 2);
        }
        was_restored(before / 2, before % 2);
    }
}

static void activating_what_is_active_changes_nothing(void **state)
{
    struct digest digest;

    (void)state;
    set_up(FOLDERS);
    assert_true(settings_prepare(&settings, &digest, &err));
    assert_true(settings_activate(&settings, &digest, &err));
    put_text(SAVED "/a", "saved on trial");
    assert_true(settings_activate(&settings, &digest, &err));
    assert_true(fake_store_holds(&fake, SAVED "/a", span_text("saved on trial")));
    assert_true(is_at(SAVED ".old", was_saved));
}

static void what_is_not_what_was_prepared_is_not_activated(void **state)
{
    struct digest digest;

    (void)state;
    set_up(FOLDERS);
    assert_true(settings_prepare(&settings, &digest, &err));
    put_text(SAVED ".new/a", "other");
    assert_false(settings_activate(&settings, &digest, &err));
    assert_int_equal(err.kind, ERROR_SETTINGS);
    assert_string_equal(err.text, "settings: " SAVED ".new: differs from what was prepared");
    assert_true(is_at(SAVED, was_saved));
    set_up(NOTHING);
    assert_false(settings_activate(&settings, &digest, &err));
}

static void saving_replaces_them_and_leaves_a_trials(void **state)
{
    (void)state;
    for (unsigned before = 0; before < BEFORE_COUNT; before++) {
        set_up(before);
        assert_true(settings_save(&settings, &err));
        fake_store_lose(&fake, 0);
        assert_true(is_at(SAVED, is_live));
        assert_true(is_at(SAVED ".old", before == FOLDERS_AND_STALE ? STALE : ""));
        nothing_is_beside();
    }
}

static void a_cut_while_saving_leaves_the_old_or_the_new(void **state)
{
    unsigned old = 0, new = 0;

    (void)state;
    for (unsigned before = 0; before < BEFORE_COUNT; before++) {
        for (uint64_t at = 0;; at++) {
            set_up(before);
            power.cut_at = at / CHANCES + 1;
            if (settings_save(&settings, &err))
                break;
            the_power_comes_back(at % CHANCES);
            assert_true(settings_recover(&settings, &err));
            assert_true(is_at(SAVED, is_live) || is_at(SAVED, was_saved));
            old += is_at(SAVED, was_saved);
            new += is_at(SAVED, is_live);
            assert_true(is_at(SAVED ".old", before == FOLDERS_AND_STALE ? STALE : ""));
            nothing_is_beside();
        }
    }
    assert_true(old > 0 && new > 0);
}

/* After a full disk, for example: the partial copy must not keep its space. */
static void a_failure_while_saving_leaves_the_old_or_the_new_alone(void **state)
{
    unsigned failures = 0;

    (void)state;
    for (unsigned before = 0; before < BEFORE_COUNT; before++) {
        for (uint64_t at = 1;; at++) {
            set_up(before);
            power.fail_at = at;
            if (settings_save(&settings, &err))
                break;
            failures++;
            assert_true(is_at(SAVED, is_live) || is_at(SAVED, was_saved));
            assert_true(is_at(SAVED ".old", before == FOLDERS_AND_STALE ? STALE : ""));
            nothing_is_beside();
        }
    }
    assert_true(failures > 0);
}

static void recovering_what_is_whole_writes_nothing(void **state)
{
    (void)state;
    for (unsigned before = 0; before < BEFORE_COUNT; before++) {
        set_up(before);
        assert_true(settings_recover(&settings, &err));
        assert_int_equal(power.changes, 0);
    }
}

static void a_failure_anywhere_is_told_as_one_of_settings(void **state)
{
    struct digest digest;

    (void)state;
    for (uint64_t at = 1;; at++) {
        set_up(FOLDERS);
        power.fail_at = at;
        err = ERROR_EMPTY;
        if (settings_prepare(&settings, &digest, &err) &&
            settings_activate(&settings, &digest, &err))
            break;
        assert_int_equal(err.kind, ERROR_SETTINGS);
        assert_memory_equal(err.text, "settings: ", 10);
    }
}

static void other_kinds_are_refused_by_name(void **state)
{
    struct digest digest;

    (void)state;
    set_up(FOLDERS);
    fake_store_put_other(&fake, "/run/live/b/device");
    assert_false(settings_prepare(&settings, &digest, &err));
    assert_string_equal(err.text, "settings: /run/live/b/device: is no file, folder or link");
    fake_store_drop(&fake, "/run/live");
    assert_false(settings_prepare(&settings, &digest, &err));
    assert_string_equal(err.text, "settings: /run/live: does not exist");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_update_moves_them_and_keeps_the_old),
        cmocka_unit_test(preparing_leaves_what_a_trial_may_go_back_to),
        cmocka_unit_test(a_cut_while_preparing_leaves_the_saved_ones),
        cmocka_unit_test(a_cut_while_activating_can_be_gone_on_from),
        cmocka_unit_test(a_cut_while_activating_can_be_gone_back_from),
        cmocka_unit_test(a_cut_while_restoring_can_be_gone_on_from),
        cmocka_unit_test(activating_what_is_active_changes_nothing),
        cmocka_unit_test(what_is_not_what_was_prepared_is_not_activated),
        cmocka_unit_test(saving_replaces_them_and_leaves_a_trials),
        cmocka_unit_test(a_cut_while_saving_leaves_the_old_or_the_new),
        cmocka_unit_test(a_failure_while_saving_leaves_the_old_or_the_new_alone),
        cmocka_unit_test(recovering_what_is_whole_writes_nothing),
        cmocka_unit_test(a_failure_anywhere_is_told_as_one_of_settings),
        cmocka_unit_test(other_kinds_are_refused_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, tear_down);
}
