/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A new image on trial: it is confirmed, rolled back, or stays if there is no way back; and what
 * `ISP_STATUS` says in each of these states.
 */
#include "update/boot/trial.h"

#include "base/fd.h"
#include "camera/run_folder.h"
#include "protocol/status.h"
#include "trial_life.h"
#include "update/front/status.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { LINE_SIZE = 512 };

static const unsigned two_banks[COMPONENT_COUNT] = {2, 0, 0};
static const unsigned one_bank[COMPONENT_COUNT] = {1, 0, 0};

static void failed_probe_brings_image_and_settings_back_and_restarts(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    CLEANUP(fd_close) int restarted = FD_NONE;

    (void)state;
    life_begin(&simulated, two_banks);
    restarted = trial_life_expect_restart(&simulated);
    trial_life_probe(&simulated, TRIAL_LIFE_FAILS);
    trial_life_install(&simulated, 2);
    assert_true(simulated_saved(&simulated, "changed"));
    assert_int_equal(trial_life_try(&simulated), TRIAL_ROLLED_BACK);
    assert_true(fd_wait(restarted, TRIAL_LIFE_PATIENCE));
    assert_int_equal(simulated_running(&simulated), 1);
    assert_true(simulated_saved(&simulated, "factory"));
    life_status_has(&simulated, STATUS_ISP_RESULT, "ERROR: image rolled back: the probe failed: ");
    life_status_has(&simulated, STATUS_ISP_RESULT, "/probe ended with status 1: no picture");
    life_boot(&simulated);
    assert_int_equal(trial_life_try(&simulated), TRIAL_NONE); /* the old image has no trial */
    life_status(&simulated, STATUS_ISP_STATE, "rolled-back");
}

static void failed_probe_brings_an_overwritten_bank_back(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    life_begin(&simulated, one_bank);
    trial_life_probe(&simulated, TRIAL_LIFE_FAILS);
    trial_life_install(&simulated, 2);
    assert_int_equal(simulated_running(&simulated), 2);
    assert_int_equal(trial_life_try(&simulated), TRIAL_ROLLED_BACK);
    assert_int_equal(simulated_running(&simulated), 1);
    assert_true(simulated_saved(&simulated, "factory"));
}

/* Earlier boots of the image do not count. */
static void failed_probe_rolls_back_in_the_second_boot_too(void **state)
{
    static const unsigned *const layouts[] = {two_banks, one_bank};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(layouts); i++) {
        CLEANUP(simulated_free) struct simulated_camera simulated;

        life_begin(&simulated, layouts[i]);
        trial_life_probe(&simulated, TRIAL_LIFE_FAILS);
        trial_life_install(&simulated, 2);
        life_boot(&simulated); /* the power went before the probe ran */
        assert_int_equal(simulated_running(&simulated), 2);
        assert_int_equal(trial_life_try(&simulated), TRIAL_ROLLED_BACK);
        assert_int_equal(simulated_running(&simulated), 1);
        life_status_has(&simulated, STATUS_ISP_RESULT,
                        "ERROR: image rolled back: the probe failed: ");
    }
}

static void passed_probe_confirms_and_restarts_nothing(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    life_begin(&simulated, two_banks);
    trial_life_forbid_restart(&simulated);
    trial_life_probe(&simulated, TRIAL_LIFE_PASSES);
    trial_life_install(&simulated, 2);
    assert_int_equal(trial_life_try(&simulated), TRIAL_CONFIRMED);
    assert_int_equal(simulated_running(&simulated), 2);
    assert_true(simulated_saved(&simulated, "changed"));
    for (unsigned i = 0; i < 3; i++)
        life_boot(&simulated);
    assert_int_equal(simulated_running(&simulated), 2);
}

static void without_a_probe_the_first_boot_confirms(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    life_begin(&simulated, two_banks);
    trial_life_install(&simulated, 2);
    assert_int_equal(trial_life_try(&simulated), TRIAL_CONFIRMED);
    life_status(&simulated, STATUS_ISP_STATE, "confirmed");
}

/* A probe that would fail does not run: there is nothing to decide. */
static void nothing_on_trial_changes_nothing(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    life_begin(&simulated, two_banks);
    trial_life_forbid_restart(&simulated);
    trial_life_probe(&simulated, TRIAL_LIFE_FAILS);
    simulated.power.changes = 0;
    assert_int_equal(trial_life_try(&simulated), TRIAL_NONE);
    assert_int_equal(simulated.power.changes, 0);
    life_install(&simulated, 2); /* not booted yet: image 1 still runs */
    simulated.power.changes = 0;
    assert_int_equal(trial_life_try(&simulated), TRIAL_NONE);
    assert_int_equal(simulated.power.changes, 0);
}

static void third_unconfirmed_boot_rolls_back(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    life_begin(&simulated, one_bank);
    life_install(&simulated, 2);
    for (unsigned i = 1; i <= 2; i++) {
        life_boot(&simulated);
        assert_int_equal(simulated_running(&simulated), 2);
        life_status(&simulated, STATUS_ISP_STATE, "trial");
    }
    life_boot(&simulated);
    assert_int_equal(simulated_running(&simulated), 1);
    assert_true(simulated_saved(&simulated, "factory"));
    life_status(&simulated, STATUS_ISP_STATE, "rolled-back");
    life_status(&simulated, STATUS_ISP_RESULT,
                "ERROR: image rolled back: not confirmed within 2 boots");
}

/* The journal's grammar allows no blanks at either end. */
static void boot_id_with_blanks_around_it_is_of_one_boot(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    char line[LINE_SIZE];

    (void)state;
    life_begin(&simulated, two_banks);
    life_install(&simulated, 2);
    simulated_power_on(&simulated, 0);
    scratch_write(&simulated.scratch, "boot-id", span_text(" one boot \n"));
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(simulated_recover(&simulated, line), 0);
    assert_int_equal(simulated_running(&simulated), 2);
    life_status(&simulated, STATUS_ISP_STATE, "trial");
}

/* The boot may find anything in RAM: the log that told of the rollback is gone. */
static void after_a_rollback_every_boot_says_how_the_update_ended(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct error err = ERROR_EMPTY;
    char line[LINE_SIZE];

    (void)state;
    life_begin(&simulated, two_banks);
    trial_life_install(&simulated, 2);
    assert_true(simulated_roll_back(&simulated, false, &err));
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(life_boot_status(&simulated, line), 0);
        assert_string_equal(line, "update 2 was idle: nothing to do, it ended rolled-back: "
                                  "by hand");
    }
}

static void recover_twice_in_a_boot_counts_once(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    char line[LINE_SIZE];

    (void)state;
    life_begin(&simulated, two_banks);
    trial_life_install(&simulated, 2);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(simulated_recover(&simulated, line), 0);
    assert_int_equal(simulated_running(&simulated), 2);
    life_boot(&simulated); /* the second */
    assert_int_equal(simulated_running(&simulated), 2);
    life_boot(&simulated);
    assert_int_equal(simulated_running(&simulated), 1);
}

static void without_a_way_back_the_third_boot_keeps_the_image(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    life_begin(&simulated, one_bank);
    trial_life_leave_room_for_one(&simulated);
    life_install(&simulated, 2);
    for (unsigned i = 0; i < 3; i++)
        life_boot(&simulated);
    assert_int_equal(simulated_running(&simulated), 2);
    assert_true(simulated_saved(&simulated, "changed"));
    life_status(&simulated, STATUS_ISP_STATE, "unconfirmed");
    life_status(&simulated, STATUS_ISP_RESULT,
                "ERROR: image not confirmed within 2 boots: no way back: firmware: no copy of the "
                "old image was kept");
    simulated.store.room = 1 << 20;
    trial_life_install(&simulated, 3);
    assert_int_equal(trial_life_try(&simulated), TRIAL_CONFIRMED);
}

/* activate fails for both banks, at the commit and at each boot: no image is confirmed, and the
 * status claims none. */
static void boot_that_recover_could_not_carry_through_is_not_confirmed(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct configuration *configuration;
    struct error err = ERROR_EMPTY;
    char line[LINE_SIZE];

    (void)state;
    life_begin(&simulated, two_banks);
    configuration = &simulated.camera.configuration;
    trial_life_program(&simulated, "activate", "#!/bin/sh\necho no answer\nexit 1\n",
                       &configuration->activate);
    assert_false(simulated_update(&simulated, 2, &err));
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(life_boot_status(&simulated, line), 4);
        assert_int_not_equal(trial_life_try(&simulated), TRIAL_CONFIRMED);
        life_status(&simulated, STATUS_ISP_STATE, "rolling-back");
        life_status(&simulated, STATUS_ISP_VERSION, "UNKNOWN");
        life_status(&simulated, STATUS_ISP_IMAGE_SHA256, "");
        life_status_has(&simulated, STATUS_ISP_RESULT, "activate");
    }
    life_status_has(&simulated, STATUS_ISP_RESULT,
                    "ERROR: given up after 3 boots, run ispup-camera recover --retry");
    trial_life_program(&simulated, "activate", "#!/bin/sh\nexit 0\n", &configuration->activate);
    assert_int_equal(simulated_retry(&simulated, line), 0);
    life_status(&simulated, STATUS_ISP_STATE, "rolled-back");
    life_status(&simulated, STATUS_ISP_VERSION, "V1.00.01");
    life_status_has(&simulated, STATUS_ISP_RESULT, "ERROR: activate");
}

static void rollback_that_fails_is_gone_on_with_by_the_next_boot(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    CLEANUP(fd_close) int restarted = FD_NONE;
    struct error err = ERROR_EMPTY;
    enum trial_outcome outcome;

    (void)state;
    life_begin(&simulated, one_bank);
    restarted = trial_life_expect_restart(&simulated);
    trial_life_probe(&simulated, TRIAL_LIFE_FAILS);
    trial_life_install(&simulated, 2);
    simulated.banks[COMPONENT_FIRMWARE][0].erasures_fail = FAKE_FLASH_FOREVER;
    assert_false(trial_run(&simulated.camera, &outcome, &err));
    assert_int_equal(err.kind, ERROR_FLASH);
    assert_true(fd_wait(restarted, TRIAL_LIFE_PATIENCE));
    simulated.banks[COMPONENT_FIRMWARE][0].erasures_fail = 0;
    life_boot(&simulated);
    assert_int_equal(simulated_running(&simulated), 1);
    assert_true(simulated_saved(&simulated, "factory"));
}

static void image_rolled_back_by_hand_is_not_tried(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct error err = ERROR_EMPTY;

    (void)state;
    life_begin(&simulated, two_banks);
    trial_life_install(&simulated, 2);
    assert_true(simulated_roll_back(&simulated, false, &err));
    trial_life_probe(&simulated, TRIAL_LIFE_PASSES);
    assert_int_equal(trial_life_try(&simulated), TRIAL_NONE);
    assert_int_equal(simulated_running(&simulated), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failed_probe_brings_image_and_settings_back_and_restarts),
        cmocka_unit_test(failed_probe_brings_an_overwritten_bank_back),
        cmocka_unit_test(failed_probe_rolls_back_in_the_second_boot_too),
        cmocka_unit_test(passed_probe_confirms_and_restarts_nothing),
        cmocka_unit_test(without_a_probe_the_first_boot_confirms),
        cmocka_unit_test(nothing_on_trial_changes_nothing),
        cmocka_unit_test(third_unconfirmed_boot_rolls_back),
        cmocka_unit_test(boot_id_with_blanks_around_it_is_of_one_boot),
        cmocka_unit_test(after_a_rollback_every_boot_says_how_the_update_ended),
        cmocka_unit_test(recover_twice_in_a_boot_counts_once),
        cmocka_unit_test(without_a_way_back_the_third_boot_keeps_the_image),
        cmocka_unit_test(boot_that_recover_could_not_carry_through_is_not_confirmed),
        cmocka_unit_test(rollback_that_fails_is_gone_on_with_by_the_next_boot),
        cmocka_unit_test(image_rolled_back_by_hand_is_not_tried),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
