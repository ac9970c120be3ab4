/* SPDX-License-Identifier: Apache-2.0 */
/* An image that failed its trial and has no way back. It stays, the status calls it unconfirmed,
 * and a successful probe or another image ends that state. */
#include "base/fd.h"
#include "trial_life.h"
#include "update/install/by_hand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const unsigned one_bank[COMPONENT_COUNT] = {1, 0, 0};
static const unsigned two_banks[COMPONENT_COUNT] = {2, 0, 0};

static void begin_unconfirmed(struct simulated_camera *simulated)
{
    life_begin(simulated, one_bank);
    trial_life_leave_room_for_one(simulated);
    trial_life_forbid_restart(simulated);
    trial_life_probe(simulated, TRIAL_LIFE_FAILS);
    trial_life_install(simulated, 2);
    assert_int_equal(trial_life_try(simulated), TRIAL_KEPT);
    simulated->store.room = 1 << 20;
}

static void without_a_way_back_a_failed_probe_keeps_the_image(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    begin_unconfirmed(&simulated);
    assert_int_equal(simulated_running(&simulated), 2);
    assert_true(simulated_saved(&simulated, "changed"));
    life_status(&simulated, STATUS_ISP_STATE, "unconfirmed");
    life_status(&simulated, STATUS_ISP_VERSION, "V1.00.02");
    life_status(&simulated, STATUS_ISP_PREVIOUS, "");
    life_status_has(&simulated, STATUS_ISP_RESULT, "ERROR: the probe failed: ");
    life_status_has(&simulated, STATUS_ISP_RESULT,
                    "no picture: no way back: firmware: no copy of the old image was kept");
    trial_life_probe(&simulated, TRIAL_LIFE_PASSES);
    trial_life_install(&simulated, 3);
    assert_int_equal(trial_life_try(&simulated), TRIAL_CONFIRMED);
}

static void unconfirmed_image_is_probed_at_each_boot_until_it_passes(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    begin_unconfirmed(&simulated);
    life_boot(&simulated);
    simulated.power.changes = 0;
    assert_int_equal(trial_life_try(&simulated), TRIAL_KEPT);
    assert_int_equal(simulated.power.changes, 0);
    life_status(&simulated, STATUS_ISP_STATE, "unconfirmed");
    trial_life_probe(&simulated, TRIAL_LIFE_PASSES);
    life_boot(&simulated);
    assert_int_equal(trial_life_try(&simulated), TRIAL_CONFIRMED);
    life_status(&simulated, STATUS_ISP_STATE, "confirmed");
    life_status_has(&simulated, STATUS_ISP_RESULT, "ERROR: the probe failed: ");
    assert_int_equal(trial_life_try(&simulated), TRIAL_NONE);
}

static void same_image_again_is_not_confirmed_without_a_trial(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    begin_unconfirmed(&simulated);
    trial_life_install(&simulated, 2);
    life_status(&simulated, STATUS_ISP_STATE, "trial");
    assert_int_equal(trial_life_try(&simulated), TRIAL_KEPT);
    life_status(&simulated, STATUS_ISP_STATE, "unconfirmed");
    trial_life_probe(&simulated, TRIAL_LIFE_PASSES);
    trial_life_install(&simulated, 2);
    assert_int_equal(trial_life_try(&simulated), TRIAL_CONFIRMED);
    life_install(&simulated, 2);
    life_status(&simulated, STATUS_ISP_STATE, "confirmed");
}

static void refused_update_leaves_an_unconfirmed_image_unconfirmed(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct error err = ERROR_EMPTY;

    (void)state;
    begin_unconfirmed(&simulated);
    simulated.store.room = 0;
    assert_false(simulated_update(&simulated, 3, &err));
    simulated.store.room = 1 << 20;
    life_boot(&simulated);
    life_status(&simulated, STATUS_ISP_STATE, "unconfirmed");
    life_status(&simulated, STATUS_ISP_VERSION, "V1.00.02");
}

/* A rollback of a newer image goes back to an unconfirmed one. */
static void unconfirmed_image_is_a_way_back(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    CLEANUP(fd_close) int restarted = FD_NONE;

    (void)state;
    begin_unconfirmed(&simulated);
    restarted = trial_life_expect_restart(&simulated);
    trial_life_install(&simulated, 3);
    life_status(&simulated, STATUS_ISP_PREVIOUS, "V1.00.02");
    assert_int_equal(trial_life_try(&simulated), TRIAL_ROLLED_BACK);
    assert_true(fd_wait(restarted, TRIAL_LIFE_PATIENCE));
    assert_int_equal(simulated_running(&simulated), 2);
    life_status(&simulated, STATUS_ISP_STATE, "rolled-back"); /* image 3 runs until the restart */
    life_status(&simulated, STATUS_ISP_VERSION, "V1.00.03");
    life_boot(&simulated);
    life_status(&simulated, STATUS_ISP_STATE, "unconfirmed");
    life_status(&simulated, STATUS_ISP_VERSION, "V1.00.02");
}

/* Going back to an unconfirmed image does not confirm it. */
static void unconfirmed_image_that_came_back_is_probed_again(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    CLEANUP(fd_close) int restarted = FD_NONE;

    (void)state;
    begin_unconfirmed(&simulated);
    restarted = trial_life_expect_restart(&simulated);
    trial_life_install(&simulated, 3);
    assert_int_equal(trial_life_try(&simulated), TRIAL_ROLLED_BACK);
    assert_true(fd_wait(restarted, TRIAL_LIFE_PATIENCE));
    life_boot(&simulated);
    assert_int_equal(trial_life_try(&simulated), TRIAL_KEPT);
    trial_life_probe(&simulated, TRIAL_LIFE_PASSES);
    assert_int_equal(trial_life_try(&simulated), TRIAL_CONFIRMED);
    life_status(&simulated, STATUS_ISP_STATE, "rolled-back");
    assert_int_equal(trial_life_try(&simulated), TRIAL_NONE);
}

/* Image 1 failed its trial over flash of which nothing was known, and image 2 was rolled back to
 * it. */
static void begin_back_to_unconfirmed(struct simulated_camera *simulated)
{
    CLEANUP(fd_close) int restarted = FD_NONE;

    simulated_make(simulated, two_banks, true);
    trial_life_forbid_restart(simulated);
    fake_store_put(&simulated->store, "/data/work/journal.0", span_text("torn"));
    trial_life_probe(simulated, TRIAL_LIFE_FAILS);
    trial_life_install(simulated, 1);
    assert_int_equal(trial_life_try(simulated), TRIAL_KEPT);
    restarted = trial_life_expect_restart(simulated);
    trial_life_install(simulated, 2);
    assert_int_equal(trial_life_try(simulated), TRIAL_ROLLED_BACK);
    assert_true(fd_wait(restarted, TRIAL_LIFE_PATIENCE));
    life_boot(simulated);
}

/* Each of these leaves the image as it was: unconfirmed, and probed at each boot. */
static void image_that_came_back_stays_unconfirmed_until_it_is_confirmed(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct error err = ERROR_EMPTY;

    (void)state;
    begin_back_to_unconfirmed(&simulated);
    life_status(&simulated, STATUS_ISP_STATE, "unconfirmed");
    simulated.banks[COMPONENT_FIRMWARE][0].is_dying = true;
    simulated.banks[COMPONENT_FIRMWARE][1].is_dying = true;
    assert_false(simulated_update(&simulated, 3, &err));
    life_status(&simulated, STATUS_ISP_STATE, "unconfirmed");
    life_boot(&simulated);
    assert_int_equal(trial_life_try(&simulated), TRIAL_KEPT);
    life_status(&simulated, STATUS_ISP_STATE, "unconfirmed");
    assert_true(by_hand_confirm(&simulated.camera, &err));
    assert_int_equal(trial_life_try(&simulated), TRIAL_NONE);
}

static void set_activate(struct simulated_camera *simulated, const char *script)
{
    trial_life_program(simulated, "activate", script, &simulated->camera.configuration.activate);
}

/* Image 2 replaces flash of which nothing is known, and the hardware cannot be told of its bank. */
static void begin_not_activated(struct simulated_camera *simulated)
{
    struct error err = ERROR_EMPTY;
    char line[LIFE_LINE_SIZE];

    life_begin(simulated, two_banks);
    fake_store_put(&simulated->store, "/data/work/journal.0", span_text("torn"));
    fake_store_put(&simulated->store, "/data/work/journal.1", span_text("torn"));
    set_activate(simulated, "#!/bin/sh\necho no answer >&2\nexit 1\n");
    assert_false(simulated_update(simulated, 2, &err));
    life_status_has(simulated, STATUS_ISP_RESULT, "ERROR: activate: ");
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(life_boot_status(simulated, line), 4);
        life_status_has(simulated, STATUS_ISP_RESULT, "ERROR: activate: ");
        assert_int_equal(trial_life_try(simulated), TRIAL_INCOMPLETE);
    }
    life_status(simulated, STATUS_ISP_STATE, "unconfirmed");
}

/* The same bytes again are kept, so no bank flips; it is still not known which one starts. */
static void kept_bank_is_told_to_the_hardware_if_that_failed_before(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct error err = ERROR_EMPTY;

    (void)state;
    begin_not_activated(&simulated);
    assert_false(simulated_update(&simulated, 2, &err));
    assert_non_null(strstr(err.text, "no answer"));
    life_status(&simulated, STATUS_ISP_VERSION, "UNKNOWN");
    set_activate(&simulated, "#!/bin/sh\nexit 0\n");
    life_boot(&simulated);
    life_status(&simulated, STATUS_ISP_VERSION, "V1.00.02");
    assert_int_equal(trial_life_try(&simulated), TRIAL_CONFIRMED);
}

/* Image 2 is committed over flash of which nothing is known, and the power goes before its settings
 * are current. */
static void begin_cut_before_the_settings(struct simulated_camera *simulated)
{
    bool found = false;

    for (uint64_t change = 1; !found; change++) {
        struct journal_record record;
        struct error err = ERROR_EMPTY;

        if (change > 1)
            simulated_free(simulated);
        life_begin(simulated, two_banks);
        fake_store_put(&simulated->store, "/data/work/journal.0", span_text("torn"));
        fake_store_put(&simulated->store, "/data/work/journal.1", span_text("torn"));
        simulated->power.cut_at = change;
        assert_false(simulated_update(simulated, 2, &err));
        simulated_power_on(simulated, 0);
        found = camera_read_journal(&simulated->camera, &record, &err) &&
                record.state == JOURNAL_INSTALLED;
    }
    assert_true(simulated_saved(simulated, "factory"));
}

static void settings_of_an_image_that_stays_become_current_if_they_can(void **state)
{
    static const char *const fixed[] = {NULL, "/data/settings"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(fixed); i++) {
        CLEANUP(simulated_free) struct simulated_camera simulated;
        char line[LIFE_LINE_SIZE];

        begin_cut_before_the_settings(&simulated);
        simulated.store.is_fixed = "/data/settings";
        for (unsigned boots = 0; boots < 2; boots++) {
            assert_int_equal(life_boot_status(&simulated, line), 4);
            assert_int_equal(trial_life_try(&simulated), TRIAL_INCOMPLETE);
        }
        simulated.store.is_fixed = fixed[i];
        life_boot(&simulated);
        life_status(&simulated, STATUS_ISP_STATE, "unconfirmed");
        life_status_has(&simulated, STATUS_ISP_RESULT, "ERROR: settings: ");
        assert_true(simulated_saved(&simulated, fixed[i] == NULL ? "changed" : "factory"));
        assert_false(fake_store_has(&simulated.store, "/data/settings.new"));
        assert_int_equal(trial_life_try(&simulated), TRIAL_CONFIRMED);
        life_status_has(&simulated, STATUS_ISP_RESULT, "ERROR: settings: ");
    }
}

static void boot_at_which_recover_could_not_read_the_journal_confirms_nothing(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    char line[LIFE_LINE_SIZE];

    (void)state;
    life_begin(&simulated, two_banks);
    trial_life_install(&simulated, 2);
    simulated_power_on(&simulated, 0);
    simulated.power.fail_at = simulated.power.operations + 6; /* the second look at the folder */
    assert_int_equal(simulated_recover(&simulated, line), 5);
    assert_int_not_equal(trial_life_try(&simulated), TRIAL_CONFIRMED);
    life_status(&simulated, STATUS_ISP_VERSION, "UNKNOWN");
    life_confirm(&simulated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_way_back_a_failed_probe_keeps_the_image),
        cmocka_unit_test(unconfirmed_image_is_probed_at_each_boot_until_it_passes),
        cmocka_unit_test(same_image_again_is_not_confirmed_without_a_trial),
        cmocka_unit_test(refused_update_leaves_an_unconfirmed_image_unconfirmed),
        cmocka_unit_test(unconfirmed_image_is_a_way_back),
        cmocka_unit_test(unconfirmed_image_that_came_back_is_probed_again),
        cmocka_unit_test(image_that_came_back_stays_unconfirmed_until_it_is_confirmed),
        cmocka_unit_test(kept_bank_is_told_to_the_hardware_if_that_failed_before),
        cmocka_unit_test(settings_of_an_image_that_stays_become_current_if_they_can),
        cmocka_unit_test(boot_at_which_recover_could_not_read_the_journal_confirms_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
