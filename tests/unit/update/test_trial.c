/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A new image on trial: it is confirmed, goes away by itself, or stays where there is no way back;
 * and what `ISP_STATUS` says in each of these states.
 */
#include "update/trial.h"

#include "base/fd.h"
#include "camera/run.h"
#include "camera_life.h"
#include "protocol/status.h"
#include "update/status.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { LINE_SIZE = 512, PATIENCE = 30000 /* ms; what takes this long hangs */ };

static const unsigned two_banks[COMPONENT_COUNT] = {2, 0, 0};
static const unsigned one_bank[COMPONENT_COUNT] = {1, 0, 0};

static enum trial_outcome try_image(struct simulated_camera *simulated)
{
    struct error err = ERROR_EMPTY;
    enum trial_outcome outcome;

    if (!trial_run(&simulated->camera, &outcome, &err))
        fail_msg("trial: %s", err.text);
    return outcome;
}

/* Image 1 is confirmed and its settings say "factory"; the live ones say "changed". */
static void install_on_trial(struct simulated_camera *simulated, unsigned number)
{
    life_install(simulated, number);
    life_boot(simulated);
}

/* A script in the scratch folder, as a configuration names a program. */
static void make_program(struct simulated_camera *simulated, const char *name, const char *script,
                         struct process_command *command)
{
    struct error err = ERROR_EMPTY;
    char path[FILE_PATH_SIZE];

    scratch_write(&simulated->scratch, name, span_text(script));
    (void)snprintf(path, sizeof(path), "%s", scratch_path(&simulated->scratch, name));
    assert_int_equal(chmod(path, 0755), 0);
    assert_true(process_split(span_text(path), command, &err));
}

/* `trial` is 0 seconds: the probe is asked once. */
static void set_probe(struct simulated_camera *simulated, const char *script)
{
    make_program(simulated, "probe", script, &simulated->camera.configuration.probe);
}

#define FAILS "#!/bin/sh\necho no picture >&2\nexit 1\n"
#define PASSES "#!/bin/sh\nexit 0\n"

/* From now on a restart writes into this pipe. */
static int expect_restart(struct simulated_camera *simulated)
{
    struct configuration_restart *restart = &simulated->camera.configuration.restart;
    char pipe[FILE_PATH_SIZE], script[FILE_PATH_SIZE + 64];

    (void)snprintf(pipe, sizeof(pipe), "%s", scratch_path(&simulated->scratch, "restart-pipe"));
    assert_int_equal(mkfifo(pipe, 0600), 0);
    (void)snprintf(script, sizeof(script), "#!/bin/sh\necho now >%s\n", pipe);
    restart->kind = RESTART_COMMAND;
    make_program(simulated, "restart", script, &restart->command);
    return open(pipe, O_RDWR | O_CLOEXEC | O_NONBLOCK);
}

/* From now on a restart cannot be begun, and `trial` would fail with it. */
static void forbid_restart(struct simulated_camera *simulated)
{
    struct configuration_restart *restart = &simulated->camera.configuration.restart;
    struct error err = ERROR_EMPTY;

    restart->kind = RESTART_COMMAND;
    assert_true(process_split(span_text("/nowhere/restart"), &restart->command, &err));
}

static void failed_probe_brings_image_and_settings_back_and_restarts(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    CLEANUP(fd_close) int restarted = FD_NONE;

    (void)state;
    life_begin(&simulated, two_banks);
    restarted = expect_restart(&simulated);
    set_probe(&simulated, FAILS);
    install_on_trial(&simulated, 2);
    assert_true(simulated_saved(&simulated, "changed"));
    assert_int_equal(try_image(&simulated), TRIAL_ROLLED_BACK);
    assert_true(fd_wait(restarted, PATIENCE));
    assert_int_equal(simulated_running(&simulated), 1);
    assert_true(simulated_saved(&simulated, "factory"));
    life_status(&simulated, STATUS_ISP_RESULT, "ERROR: image rolled back: the probe failed");
    life_boot(&simulated);
    assert_int_equal(try_image(&simulated), TRIAL_NONE); /* the old image is not tried again */
    life_status(&simulated, STATUS_ISP_STATE, "rolled-back");
}

static void failed_probe_brings_an_overwritten_bank_back(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    life_begin(&simulated, one_bank);
    set_probe(&simulated, FAILS);
    install_on_trial(&simulated, 2);
    assert_int_equal(simulated_running(&simulated), 2);
    assert_int_equal(try_image(&simulated), TRIAL_ROLLED_BACK);
    assert_int_equal(simulated_running(&simulated), 1);
    assert_true(simulated_saved(&simulated, "factory"));
}

static void passed_probe_confirms_and_restarts_nothing(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    life_begin(&simulated, two_banks);
    forbid_restart(&simulated);
    set_probe(&simulated, PASSES);
    install_on_trial(&simulated, 2);
    assert_int_equal(try_image(&simulated), TRIAL_CONFIRMED);
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
    install_on_trial(&simulated, 2);
    assert_int_equal(try_image(&simulated), TRIAL_CONFIRMED);
    life_status(&simulated, STATUS_ISP_STATE, "confirmed");
}

/* A probe that would fail is not even asked: there is nothing to decide. */
static void nothing_on_trial_changes_nothing(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    life_begin(&simulated, two_banks);
    forbid_restart(&simulated);
    set_probe(&simulated, FAILS);
    simulated.power.changes = 0;
    assert_int_equal(try_image(&simulated), TRIAL_NONE);
    assert_int_equal(simulated.power.changes, 0);
    life_install(&simulated, 2); /* not booted yet: what runs is still image 1 */
    simulated.power.changes = 0;
    assert_int_equal(try_image(&simulated), TRIAL_NONE);
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

/* The journal's grammar keeps no blanks at the ends. */
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

/* Whatever the boot finds in RAM: the log that told of the rollback is gone. */
static void after_a_rollback_every_boot_says_how_the_update_ended(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct error err = ERROR_EMPTY;
    char line[LINE_SIZE];

    (void)state;
    life_begin(&simulated, two_banks);
    install_on_trial(&simulated, 2);
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
    install_on_trial(&simulated, 2);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(simulated_recover(&simulated, line), 0);
    assert_int_equal(simulated_running(&simulated), 2);
}

/* Room for the new image, not for a copy of the old one as well. */
static void leave_room_for_one(struct simulated_camera *simulated)
{
    simulated->store.room = simulated_component(COMPONENT_FIRMWARE, 2).size;
}

static void without_a_way_back_the_third_boot_keeps_the_image(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    life_begin(&simulated, one_bank);
    leave_room_for_one(&simulated);
    life_install(&simulated, 2);
    for (unsigned i = 0; i < 3; i++)
        life_boot(&simulated);
    assert_int_equal(simulated_running(&simulated), 2);
    assert_true(simulated_saved(&simulated, "changed"));
    life_status(&simulated, STATUS_ISP_STATE, "failed");
    life_status(&simulated, STATUS_ISP_RESULT,
                "ERROR: image not confirmed within 2 boots: no way back: firmware: no copy of the "
                "old image was kept");
    simulated.store.room = 1 << 20;
    install_on_trial(&simulated, 3);
    assert_int_equal(try_image(&simulated), TRIAL_CONFIRMED);
}

static void without_a_way_back_a_failed_probe_keeps_the_image(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    life_begin(&simulated, one_bank);
    leave_room_for_one(&simulated);
    forbid_restart(&simulated);
    set_probe(&simulated, FAILS);
    install_on_trial(&simulated, 2);
    assert_int_equal(try_image(&simulated), TRIAL_KEPT);
    assert_int_equal(simulated_running(&simulated), 2);
    assert_true(simulated_saved(&simulated, "changed"));
    life_status(&simulated, STATUS_ISP_STATE, "failed");
    life_status(&simulated, STATUS_ISP_RESULT,
                "ERROR: the probe failed: no way back: firmware: no copy of the old image was "
                "kept");
    set_probe(&simulated, PASSES);
    simulated.store.room = 1 << 20;
    install_on_trial(&simulated, 3);
    assert_int_equal(try_image(&simulated), TRIAL_CONFIRMED);
}

static void rollback_that_fails_is_gone_on_with_by_the_next_boot(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    CLEANUP(fd_close) int restarted = FD_NONE;
    struct error err = ERROR_EMPTY;
    enum trial_outcome outcome;

    (void)state;
    life_begin(&simulated, one_bank);
    restarted = expect_restart(&simulated);
    set_probe(&simulated, FAILS);
    install_on_trial(&simulated, 2);
    simulated.banks[COMPONENT_FIRMWARE][0].erasures_fail = FAKE_FLASH_FOREVER;
    assert_false(trial_run(&simulated.camera, &outcome, &err));
    assert_int_equal(err.kind, ERROR_FLASH);
    assert_true(fd_wait(restarted, PATIENCE));
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
    install_on_trial(&simulated, 2);
    assert_true(simulated_roll_back(&simulated, false, &err));
    set_probe(&simulated, PASSES);
    assert_int_equal(try_image(&simulated), TRIAL_NONE);
    assert_int_equal(simulated_running(&simulated), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failed_probe_brings_image_and_settings_back_and_restarts),
        cmocka_unit_test(failed_probe_brings_an_overwritten_bank_back),
        cmocka_unit_test(passed_probe_confirms_and_restarts_nothing),
        cmocka_unit_test(without_a_probe_the_first_boot_confirms),
        cmocka_unit_test(nothing_on_trial_changes_nothing),
        cmocka_unit_test(third_unconfirmed_boot_rolls_back),
        cmocka_unit_test(boot_id_with_blanks_around_it_is_of_one_boot),
        cmocka_unit_test(after_a_rollback_every_boot_says_how_the_update_ended),
        cmocka_unit_test(recover_twice_in_a_boot_counts_once),
        cmocka_unit_test(without_a_way_back_the_third_boot_keeps_the_image),
        cmocka_unit_test(without_a_way_back_a_failed_probe_keeps_the_image),
        cmocka_unit_test(rollback_that_fails_is_gone_on_with_by_the_next_boot),
        cmocka_unit_test(image_rolled_back_by_hand_is_not_tried),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
