/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flash and store that fail while the power stays on. The error is one line that names component,
 * device and address. With two banks the next boot starts the same image as before. With one bank
 * the next boots try again, and then a person is told.
 */
#include "camera_life.h"

#include "update/front/status.h"
#include "update/install/adopt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const unsigned two_banks[COMPONENT_COUNT] = {2, 0, 0};
static const unsigned one_bank[COMPONENT_COUNT] = {1, 0, 0};
static const unsigned mixed[COMPONENT_COUNT] = {2, 1, 1};
static const unsigned three_pairs[COMPONENT_COUNT] = {2, 2, 2};

/* The bank that the next update writes; the other one is in use. */
static struct fake_flash *spare(struct simulated_camera *simulated)
{
    struct journal_record record;
    struct error err = ERROR_EMPTY;

    assert_true(camera_read_journal(&simulated->camera, &record, &err));
    return &simulated->banks[COMPONENT_FIRMWARE]
                            [1 - record.components[COMPONENT_FIRMWARE].running.bank_index];
}

static void block_that_fails_to_erase_is_refused_with_its_address(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct fake_flash *bank;

    (void)state;
    life_begin(&simulated, two_banks);
    bank = spare(&simulated);
    bank->worn_block = 1;
    bank->erasures_fail = FAKE_FLASH_FOREVER;
    life_refused(&simulated, 2, "firmware: fake:00: erasing at 0x200");
    assert_int_equal(simulated_running(&simulated), 1);
    assert_true(simulated_saved(&simulated, "factory"));
    life_status(&simulated, STATUS_ISP_STATE, "failed");
    life_status(&simulated, STATUS_ISP_RESULT, "ERROR: firmware: fake:00: erasing at 0x200");
    bank->erasures_fail = 0;
    life_install_and_confirm(&simulated, 2);
}

static void block_that_does_not_hold_is_written_once_more(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    life_begin(&simulated, two_banks);
    spare(&simulated)->worn_block = 2;
    spare(&simulated)->bits_wrong = 1;
    life_install_and_confirm(&simulated, 2);
}

static void block_that_never_holds_is_refused_with_its_address(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    life_begin(&simulated, two_banks);
    spare(&simulated)->worn_block = 2;
    spare(&simulated)->bits_wrong = FAKE_FLASH_FOREVER;
    life_refused(&simulated, 2, "firmware: fake:00: does not hold what was written at 0x400");
    assert_int_equal(simulated_running(&simulated), 1);
}

static void absent_flash_is_refused_and_named(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct error err = ERROR_EMPTY;

    (void)state;
    life_begin(&simulated, two_banks);
    simulated.opener.count = 0;
    assert_false(simulated_update(&simulated, 2, &err));
    assert_non_null(strstr(err.text, "firmware"));
    simulated.opener.count = SIMULATED_BANKS;
    assert_int_equal(simulated_running(&simulated), 1);
    life_install_and_confirm(&simulated, 2);
}

static void bank_too_small_is_refused_before_anything_is_touched(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    uint64_t room;

    (void)state;
    life_begin(&simulated, two_banks);
    room = spare(&simulated)->flash.room;
    spare(&simulated)->flash.room = 1024;
    life_refused(&simulated, 2, "firmware: has 1374 bytes, flash holds 1024");
    assert_int_equal(simulated.power.changes, 0);
    spare(&simulated)->flash.room = room;
    life_install_and_confirm(&simulated, 2);
}

static void work_folder_too_small_is_refused_before_anything_is_touched(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    life_begin(&simulated, one_bank);
    simulated.store.room = 100;
    life_refused(&simulated, 2, "work folder: needs 1374 bytes, has 100");
    assert_int_equal(simulated.power.changes, 0);
}

static void no_room_for_the_old_image_is_refused_only_if_it_is_required(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    life_begin(&simulated, one_bank);
    simulated.store.room = 1400;
    simulated.camera.configuration.keep_old_required = true;
    life_refused(&simulated, 2, "work folder: needs 2711 bytes, has 1400");
    simulated.camera.configuration.keep_old_required = false;
    life_install_and_confirm(&simulated, 2);
}

static void set_hook(struct process_command *hook, const char *text)
{
    struct error err = ERROR_EMPTY;

    assert_true(process_split(span_text(text), hook, &err));
}

/* After the commit it would be too late: the flash would be whole, but the ISP could not be
 * started. */
static void hook_that_fails_is_a_refusal_before_the_commit(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    life_begin(&simulated, one_bank);
    set_hook(&simulated.camera.configuration.hold, "/bin/false");
    life_refused(&simulated, 2, "hold: /bin/false ended with status 1");
    assert_int_equal(simulated_running(&simulated), 1);
    set_hook(&simulated.camera.configuration.hold, "");
    set_hook(&simulated.camera.configuration.release, "/nowhere/release");
    life_refused(&simulated, 2, "/nowhere/release: cannot be run: No such file or directory");
    assert_int_equal(simulated_running(&simulated), 1);
    set_hook(&simulated.camera.configuration.release, "");
    set_hook(&simulated.camera.configuration.probe, "/nowhere/probe");
    life_refused(&simulated, 2, "/nowhere/probe: cannot be run: No such file or directory");
    set_hook(&simulated.camera.configuration.probe, "");
    simulated.camera.configuration.restart.kind = RESTART_COMMAND;
    set_hook(&simulated.camera.configuration.restart.command, "/nowhere/reboot");
    life_refused(&simulated, 2, "/nowhere/reboot: cannot be run: No such file or directory");
    assert_int_equal(simulated_running(&simulated), 1);
    simulated.camera.configuration.restart.kind = RESTART_NONE;
    life_install_and_confirm(&simulated, 2);
}

static void copy_that_has_gone_bad_is_no_way_back_and_changes_nothing(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct span old = simulated_component(COMPONENT_FIRMWARE, 1);
    struct error err = ERROR_EMPTY;
    unsigned char bad[SIMULATED_BANK_SIZE];
    char line[LIFE_LINE_SIZE];

    (void)state;
    life_begin(&simulated, one_bank);
    assert_true(simulated_update(&simulated, 2, &err));
    assert_int_equal(life_boot_status(&simulated, line), 0);
    memcpy(bad, old.data, old.size);
    bad[7] ^= 1;
    fake_store_put(&simulated.store, "/data/work/old-2.firmware", span_of(bad, old.size));
    fake_power_on(&simulated.power);
    assert_false(simulated_roll_back(&simulated, false, &err));
    assert_int_equal(simulated.power.changes, 0);
    assert_int_equal(simulated_running(&simulated), 2);
}

static uint64_t count_operations(const unsigned banks[COMPONENT_COUNT])
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct error err = ERROR_EMPTY;

    life_begin(&simulated, banks);
    assert_true(simulated_update(&simulated, 2, &err));
    return simulated.power.operations;
}

/* Any one operation fails without effect, as on a device that vanishes or a full disk. */
static void fail_everywhere(const unsigned banks[COMPONENT_COUNT], bool has_one_bank)
{
    uint64_t operations = count_operations(banks);

    for (uint64_t at = 1; at <= operations; at++) {
        CLEANUP(simulated_free) struct simulated_camera simulated;
        struct error err = ERROR_EMPTY;
        char line[LIFE_LINE_SIZE];
        unsigned running;
        bool installed;

        life_begin(&simulated, banks);
        simulated.power.fail_at = at;
        installed = simulated_update(&simulated, 2, &err);
        simulated.power.fail_at = 0;
        assert_true(installed || err.text[0] != '\0');
        assert_int_equal(life_boot_status(&simulated, line), 0);
        assert_true(simulated_trial(&simulated, &err));
        running = simulated_running(&simulated);
        assert_true(running == 2 || (running == 1 && !installed));
        /* With two banks, a refused image is not in the camera. */
        assert_true(installed || has_one_bank || running == 1);
        assert_true(simulated_saved(&simulated, running == 2 ? "changed" : "factory"));
        life_install_and_confirm(&simulated, 3);
    }
}

static void any_one_failure_leaves_one_image_with_its_settings(void **state)
{
    (void)state;
    fail_everywhere(two_banks, false);
    fail_everywhere(one_bank, true);
    fail_everywhere(mixed, true);
    fail_everywhere(three_pairs, false);
}

static void idle_camera_boots_without_writing(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    char line[LIFE_LINE_SIZE];

    (void)state;
    life_begin(&simulated, mixed);
    simulated.store.room = 0;
    assert_int_equal(life_boot_status(&simulated, line), 0);
    assert_int_equal(simulated.power.changes, 0);
    assert_string_equal(line, "update 1 was idle: nothing to do, it ended confirmed");
}

static void lost_journal_and_missing_work_folder_touch_nothing(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    char line[LIFE_LINE_SIZE];

    (void)state;
    life_begin(&simulated, mixed);
    fake_store_put(&simulated.store, "/data/work/journal.0", span_text("torn"));
    fake_store_put(&simulated.store, "/data/work/journal.1", span_text("torn"));
    assert_int_equal(life_boot_status(&simulated, line), 3);
    assert_int_equal(simulated.power.changes, 0);
    life_status(&simulated, STATUS_ISP_STATE, "lost");
    fake_store_drop(&simulated.store, "/data/work");
    assert_int_equal(life_boot_status(&simulated, line), 5);
    assert_int_equal(simulated.power.changes, 0);
}

static void record_that_cannot_be_changed_keeps_recover_from_all_else(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct error err = ERROR_EMPTY;
    char line[LIFE_LINE_SIZE];

    (void)state;
    life_begin(&simulated, mixed);
    assert_true(simulated_update(&simulated, 2, &err));
    simulated_power_on(&simulated, 0);
    simulated.power.is_read_only = true;
    assert_int_equal(simulated_recover(&simulated, line), 4);
    assert_int_equal(simulated.power.changes, 1); /* the refused one */
    simulated.power.is_read_only = false;
    assert_int_equal(simulated_recover(&simulated, line), 0);
}

/* The image fits the model, but the file system of its bank is full; a new bank gets no byte. */
static void full_file_system_under_a_bank_is_named_with_its_room(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct fake_flash *bank = &simulated.banks[COMPONENT_FIRMWARE][0];

    (void)state;
    life_begin(&simulated, one_bank);
    bank->flash.limited_by = "/data/isp";
    bank->flash.room = 1024;
    life_refused(&simulated, 2,
                 "room: file system of /data/isp has 1024 bytes for firmware, needs 1374");
    bank->flash.room = 0;
    life_refused(&simulated, 2,
                 "room: file system of /data/isp has 0 bytes for firmware, needs 1374");
    bank->flash.room = SIMULATED_BANK_SIZE;
    life_install_and_confirm(&simulated, 2);
}

/* Two names of one chip: an update of the "spare" bank would overwrite the bank in use. */
static void two_names_of_one_place_are_refused_before_anything_is_written(void **state)
{
    static const unsigned banks[COMPONENT_COUNT] = {2, 0, 1};
    static const char said[] =
        "configuration: firmware 0 and firmware 1 are the same place: fake:00, fake:01";
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct journal_record record;
    struct error err = ERROR_EMPTY;

    (void)state;
    life_begin(&simulated, banks);
    simulated.banks[COMPONENT_FIRMWARE][0].place = simulated.banks[COMPONENT_FIRMWARE][1].place = 7;
    simulated.power.changes = 0;
    life_refused(&simulated, 2, said);
    assert_false(simulated_roll_back(&simulated, false, &err));
    assert_string_equal(err.text, said);
    assert_false(adopt(&simulated.camera, NULL, false, &record, &err));
    assert_string_equal(err.text, said);
    assert_int_equal(simulated.power.changes, 0);
    assert_int_equal(simulated_running(&simulated), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(block_that_fails_to_erase_is_refused_with_its_address),
        cmocka_unit_test(block_that_does_not_hold_is_written_once_more),
        cmocka_unit_test(block_that_never_holds_is_refused_with_its_address),
        cmocka_unit_test(absent_flash_is_refused_and_named),
        cmocka_unit_test(bank_too_small_is_refused_before_anything_is_touched),
        cmocka_unit_test(work_folder_too_small_is_refused_before_anything_is_touched),
        cmocka_unit_test(no_room_for_the_old_image_is_refused_only_if_it_is_required),
        cmocka_unit_test(hook_that_fails_is_a_refusal_before_the_commit),
        cmocka_unit_test(copy_that_has_gone_bad_is_no_way_back_and_changes_nothing),
        cmocka_unit_test(any_one_failure_leaves_one_image_with_its_settings),
        cmocka_unit_test(idle_camera_boots_without_writing),
        cmocka_unit_test(lost_journal_and_missing_work_folder_touch_nothing),
        cmocka_unit_test(full_file_system_under_a_bank_is_named_with_its_room),
        cmocka_unit_test(two_names_of_one_place_are_refused_before_anything_is_written),
        cmocka_unit_test(record_that_cannot_be_changed_keeps_recover_from_all_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
