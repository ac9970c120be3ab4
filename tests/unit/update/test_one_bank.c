/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A camera with one bank whose flash fails after the commit: the way forward, the way back, and how
 * a person repairs it.
 */
#include "camera_life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const unsigned one_bank[COMPONENT_COUNT] = {1, 0, 0};

static void assert_boots_fail(struct simulated_camera *simulated, unsigned count, const char *text)
{
    char line[LIFE_LINE_SIZE];

    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(life_boot_status(simulated, line), 4);
        if (strstr(line, text) == NULL)
            fail_msg("%s", line);
    }
}

/* The update was committed, and its bank could not be written. */
static void begin_with_worn_block(struct simulated_camera *simulated)
{
    struct fake_flash *bank = &simulated->banks[COMPONENT_FIRMWARE][0];

    life_begin(simulated, one_bank);
    bank->worn_block = 1;
    bank->erasures_fail = FAKE_FLASH_FOREVER;
    life_refused(simulated, 2, "firmware: fake:00: erasing at 0x200");
}

/* One bank: three boots try the new image, the next ones the old image, then a person must act. */
static void bank_that_takes_nothing_is_tried_forth_and_back_and_then_told(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct fake_flash *bank = &simulated.banks[COMPONENT_FIRMWARE][0];
    struct error err = ERROR_EMPTY;
    char line[LIFE_LINE_SIZE];

    (void)state;
    begin_with_worn_block(&simulated);
    assert_boots_fail(&simulated, 3, "was writing: cannot be finished: firmware: fake:00: erasing");
    assert_boots_fail(&simulated, 2, "was rolling-back: cannot be finished: firmware: fake:00");
    assert_boots_fail(&simulated, 1, "given up after 3 boots");
    assert_int_equal(simulated.power.changes, 0);
    bank->erasures_fail = 0;
    assert_int_equal(simulated_retry(&simulated, line), 0);
    assert_int_equal(simulated_running(&simulated), 1);
    assert_true(simulated_saved(&simulated, "factory"));
    life_status(&simulated, STATUS_ISP_STATE, "rolled-back");
    life_install_and_confirm(&simulated, 3);
    assert_true(simulated_trial(&simulated, &err));
}

/* The bank is good, but the file with its new bytes is damaged: a file system lost it. */
static void staged_file_that_has_gone_bad_ends_with_the_old_image(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct fake_flash *bank = &simulated.banks[COMPONENT_FIRMWARE][0];
    char line[LIFE_LINE_SIZE];

    (void)state;
    life_begin(&simulated, one_bank);
    bank->erasures_fail = 2; /* the update's two tries */
    life_refused(&simulated, 2, "firmware: fake:00: erasing at 0x0");
    fake_store_put(&simulated.store, "/data/work/staged-2.firmware", span_text("lost"));
    assert_boots_fail(&simulated, 2, "was writing");
    life_status(&simulated, STATUS_ISP_STATE, "writing");
    assert_int_equal(life_boot_status(&simulated, line), 0);
    assert_string_equal(line, "update 2 was writing: rolled back to the image before");
    assert_int_equal(simulated_running(&simulated), 1);
    assert_true(simulated_saved(&simulated, "factory"));
    life_status(&simulated, STATUS_ISP_STATE, "rolled-back");
    life_install_and_confirm(&simulated, 3);
}

static void one_bank_without_a_copy_is_tried_at_three_boots_and_then_told(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct fake_flash *bank = &simulated.banks[COMPONENT_FIRMWARE][0];
    struct error err = ERROR_EMPTY;
    char line[LIFE_LINE_SIZE];

    (void)state;
    begin_with_worn_block(&simulated);
    life_status(&simulated, STATUS_ISP_STATE, "writing");
    fake_store_drop(&simulated.store, "/data/work/old-2.firmware");
    assert_boots_fail(&simulated, 3, "erasing at 0x200");
    assert_boots_fail(&simulated, 1, "given up after 3 boots");
    assert_int_equal(simulated.power.changes, 0);
    life_status(&simulated, STATUS_ISP_RESULT,
                "ERROR: given up after 3 boots, run ispup-camera recover --retry and "
                "mend what it names: firmware: fake:00: erasing at 0x200");
    bank->erasures_fail = 0;
    assert_int_equal(simulated_retry(&simulated, line), 0);
    assert_true(simulated_trial(&simulated, &err));
    assert_int_equal(simulated_running(&simulated), 2);
    assert_true(simulated_saved(&simulated, "changed"));
    life_status(&simulated, STATUS_ISP_STATE, "confirmed");
    life_status(&simulated, STATUS_ISP_RESULT, "ERROR: firmware: fake:00: erasing at 0x200");
}

/* The power goes in every try, so none of them left a cause. */
static void tries_that_never_ended_are_told_without_a_cause(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    const struct fake_flash *bank = &simulated.banks[COMPONENT_FIRMWARE][0];
    struct error err = ERROR_EMPTY;
    char line[LIFE_LINE_SIZE];
    bool is_begun = false;

    (void)state;
    life_begin(&simulated, one_bank);
    for (uint64_t change = 1; !is_begun; change++) {
        simulated_free(&simulated);
        life_begin(&simulated, one_bank);
        simulated.power.cut_at = change;
        assert_false(simulated_update(&simulated, 2, &err));
        is_begun = !fake_flash_holds(bank, simulated_component(COMPONENT_FIRMWARE, 1));
    }
    fake_store_drop(&simulated.store, "/data/work/old-2.firmware");
    for (unsigned boots = 0; boots < 3; boots++) {
        simulated_power_on(&simulated, 0);
        simulated.power.cut_at = 8; /* the attempt is counted, the bank is being written */
        assert_int_equal(simulated_recover(&simulated, line), 4);
    }
    assert_boots_fail(&simulated, 1, "given up after 3 boots");
    life_status(&simulated, STATUS_ISP_RESULT,
                "ERROR: given up after 3 boots, run ispup-camera recover --retry and "
                "mend what it names");
}

static void one_bank_that_recovers_at_a_boot_is_finished_by_itself(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct fake_flash *bank = &simulated.banks[COMPONENT_FIRMWARE][0];
    struct error err = ERROR_EMPTY;
    char line[LIFE_LINE_SIZE];

    (void)state;
    life_begin(&simulated, one_bank);
    bank->erasures_fail = 2; /* the update's two tries */
    assert_false(simulated_update(&simulated, 2, &err));
    assert_int_equal(life_boot_status(&simulated, line), 0);
    assert_true(simulated_trial(&simulated, &err));
    assert_int_equal(simulated_running(&simulated), 2);
}

/* Images 1 and 2 are confirmed; the power goes at a change of the update to 3. False: the update
 * has fewer changes. */
static bool cut_update_to_3(struct simulated_camera *simulated, uint64_t change)
{
    struct error err = ERROR_EMPTY;

    life_begin(simulated, one_bank);
    life_install_and_confirm(simulated, 2);
    simulated_set_live(simulated, "third");
    fake_power_on(&simulated->power);
    simulated->power.cut_at = change;
    return !simulated_update(simulated, 3, &err);
}

/* If nothing was staged into a bank, the journal does not know that update, and no boot removes
 * its files. */
static void settings_of_an_update_that_was_cut_are_not_taken_for_those_of_the_image(void **state)
{
    struct error err = ERROR_EMPTY;
    bool was_cut = true;

    (void)state;
    for (uint64_t change = 1; was_cut; change++) {
        CLEANUP(simulated_free) struct simulated_camera simulated;

        was_cut = cut_update_to_3(&simulated, change);
        life_boot(&simulated);
        if (simulated_running(&simulated) != 2)
            continue;
        assert_true(simulated_saved(&simulated, "changed"));
        assert_true(simulated_roll_back(&simulated, true, &err));
        assert_int_equal(simulated_running(&simulated), 1);
        if (!simulated_saved(&simulated, "factory"))
            fail_msg("cut at change %u", (unsigned)change);
    }
}

/* The first component is written at every boot, the second one cannot be written. */
static void blocks_of_a_try_that_failed_are_not_counted(void **state)
{
    static const unsigned banks[COMPONENT_COUNT] = {1, 1, 0};
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct fake_flash *bank = &simulated.banks[COMPONENT_DEVICE_RESOURCE][0];
    char line[LIFE_LINE_SIZE];

    (void)state;
    life_begin(&simulated, banks);
    bank->erasures_fail = 4; /* two tries of the update, and one of a boot */
    life_refused(&simulated, 2, "device-resource: fake:10: erasing at 0x0");
    assert_boots_fail(&simulated, 1, "was writing");
    assert_int_equal(life_boot_status(&simulated, line), 0);
    life_status(&simulated, STATUS_ISP_BLOCKS, "5/5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bank_that_takes_nothing_is_tried_forth_and_back_and_then_told),
        cmocka_unit_test(staged_file_that_has_gone_bad_ends_with_the_old_image),
        cmocka_unit_test(one_bank_without_a_copy_is_tried_at_three_boots_and_then_told),
        cmocka_unit_test(tries_that_never_ended_are_told_without_a_cause),
        cmocka_unit_test(one_bank_that_recovers_at_a_boot_is_finished_by_itself),
        cmocka_unit_test(settings_of_an_update_that_was_cut_are_not_taken_for_those_of_the_image),
        cmocka_unit_test(blocks_of_a_try_that_failed_are_not_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
