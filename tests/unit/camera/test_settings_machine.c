/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "camera/configuration.h"
#include "camera/settings.h"
#include "scratch.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The settings on the machine's own file systems, and a command that saves them instead. */

static struct configuration configuration;
static struct settings settings;
static struct error err;

static void set_up(void)
{
    configuration = (struct configuration){.live = ""};
    settings = (struct settings){.store = store_linux(),
                                 .live = configuration.live,
                                 .saved = configuration.saved,
                                 .save_command = &configuration.save_command};
}

static void a_command_saves_instead(void **state)
{
    struct digest digest;

    (void)state;
    set_up();
    assert_false(settings_are_ours(&settings));
    assert_true(settings_prepare(&settings, &digest, &err));
    assert_true(process_split(span_text("/bin/true"), &configuration.save_command, &err));
    assert_true(settings_prepare(&settings, &digest, &err));
    assert_true(digest_same(&digest, &(struct digest){{0}}));
    assert_true(settings_save(&settings, &err));
    assert_true(process_split(span_text("/bin/ls /nowhere"), &configuration.save_command, &err));
    assert_false(settings_prepare(&settings, &digest, &err));
    assert_int_equal(err.kind, ERROR_SETTINGS);
    assert_non_null(strstr(err.text, "settings: /bin/ls ended with status 2: "));
    assert_non_null(strstr(err.text, "/nowhere"));
    assert_false(settings_save(&settings, &err));
    assert_true(settings_activate(&settings, &digest, &err));
    assert_true(settings_restore(&settings, &err));
}

static void works_on_the_machines_own_file_systems(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct store *store = store_linux();
    const struct store_entry folder = {.kind = STORE_FOLDER, .mode = 0750};
    struct digest digest;

    (void)state;
    scratch_make(&scratch);
    set_up();
    (void)snprintf(configuration.live, FILE_PATH_SIZE, "%s", scratch_path(&scratch, "live"));
    (void)snprintf(configuration.saved, FILE_PATH_SIZE, "%s", scratch_path(&scratch, "saved"));
    assert_true(store->operations->make(store, configuration.live, &folder, NULL, &err));
    scratch_write(&scratch, "live/a", span_text("1"));
    assert_true(settings_save(&settings, &err));
    assert_true(scratch_holds(&scratch, "saved/a", span_text("1")));
    scratch_write(&scratch, "live/a", span_text("2"));
    assert_true(settings_prepare(&settings, &digest, &err));
    assert_true(settings_activate(&settings, &digest, &err));
    assert_true(scratch_holds(&scratch, "saved/a", span_text("2")));
    assert_true(scratch_holds(&scratch, "saved.old/a", span_text("1")));
    scratch_write(&scratch, "live/a", span_text("3"));
    assert_true(settings_save(&settings, &err));
    assert_true(scratch_holds(&scratch, "saved/a", span_text("3")));
    assert_true(settings_restore(&settings, &err));
    assert_true(scratch_holds(&scratch, "saved/a", span_text("1")));
    assert_false(scratch_has(&scratch, "saved.old"));
    assert_false(scratch_has(&scratch, "saved.new"));
}

/* The target of a link could change between a check and a copy, or be no settings at all. */
static void live_settings_that_are_a_link_are_refused(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct digest digest;

    (void)state;
    scratch_make(&scratch);
    set_up();
    scratch_write(&scratch, "other", span_text("secret"));
    (void)snprintf(configuration.live, FILE_PATH_SIZE, "%s", scratch_path(&scratch, "live"));
    (void)snprintf(configuration.saved, FILE_PATH_SIZE, "%s", scratch_path(&scratch, "saved"));
    assert_int_equal(symlink("other", configuration.live), 0);
    assert_false(settings_prepare(&settings, &digest, &err));
    assert_non_null(strstr(err.text, "is a link"));
    assert_false(settings_save(&settings, &err));
    assert_int_equal(err.kind, ERROR_SETTINGS);
    assert_false(scratch_has(&scratch, "saved") || scratch_has(&scratch, "saved.new"));
}

/* The rename would replace the link, and the settings would no longer be in the flash. */
static void saved_settings_that_are_a_link_are_refused(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct digest digest;

    (void)state;
    scratch_make(&scratch);
    set_up();
    scratch_write(&scratch, "live", span_text("1"));
    scratch_write(&scratch, "flash", span_text("0"));
    (void)snprintf(configuration.live, FILE_PATH_SIZE, "%s", scratch_path(&scratch, "live"));
    (void)snprintf(configuration.saved, FILE_PATH_SIZE, "%s", scratch_path(&scratch, "saved"));
    assert_int_equal(symlink("flash", configuration.saved), 0);
    assert_false(settings_save(&settings, &err));
    assert_non_null(strstr(err.text, "saved: is a link"));
    assert_false(settings_prepare(&settings, &digest, &err));
    assert_true(scratch_holds(&scratch, "saved", span_text("0")));
    assert_false(scratch_has(&scratch, "saved.new"));
}

static void the_folder_that_they_lie_in_may_be_a_link(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    const struct store_entry folder = {.kind = STORE_FOLDER, .mode = 0750};

    (void)state;
    scratch_make(&scratch);
    set_up();
    scratch_write(&scratch, "live", span_text("1"));
    assert_true(store_linux()->operations->make(store_linux(), scratch_path(&scratch, "flash"),
                                                &folder, NULL, &err));
    scratch_write(&scratch, "flash/saved", span_text("0"));
    assert_int_equal(symlink("flash", scratch_path(&scratch, "to-flash")), 0);
    (void)snprintf(configuration.live, FILE_PATH_SIZE, "%s", scratch_path(&scratch, "live"));
    (void)snprintf(configuration.saved, FILE_PATH_SIZE, "%s",
                   scratch_path(&scratch, "to-flash/saved"));
    assert_true(settings_save(&settings, &err));
    assert_true(scratch_holds(&scratch, "flash/saved", span_text("1")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_saves_instead),
        cmocka_unit_test(works_on_the_machines_own_file_systems),
        cmocka_unit_test(live_settings_that_are_a_link_are_refused),
        cmocka_unit_test(saved_settings_that_are_a_link_are_refused),
        cmocka_unit_test(the_folder_that_they_lie_in_may_be_a_link),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
