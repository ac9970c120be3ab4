/* SPDX-License-Identifier: Apache-2.0 */
/* A lost journal: only an image that is known to be whole starts, and an upload alone repairs
 * it. */
#include "base/file.h"
#include "base/memory.h"
#include "trial_life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const unsigned layouts[][COMPONENT_COUNT] = {
    {2, 0, 0}, {1, 0, 0}, {2, 1, 0}, {1, 1, 1}, {2, 2, 2}};

static void lose_journal(struct simulated_camera *simulated)
{
    fake_store_put(&simulated->store, "/data/work/journal.0", span_text("torn"));
    fake_store_put(&simulated->store, "/data/work/journal.1", span_text("torn"));
}

static void begin_lost(struct simulated_camera *simulated, const unsigned banks[COMPONENT_COUNT])
{
    char line[LIFE_LINE_SIZE];

    life_begin(simulated, banks);
    lose_journal(simulated);
    assert_int_equal(life_boot_status(simulated, line), 3);
    life_status(simulated, STATUS_ISP_STATE, "lost");
}

static void upload_mends_a_lost_journal(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(layouts); i++) {
        CLEANUP(simulated_free) struct simulated_camera simulated;

        begin_lost(&simulated, layouts[i]);
        life_install(&simulated, 2);
        life_status(&simulated, STATUS_ISP_STATE, "restarting");
        life_status(&simulated, STATUS_ISP_VERSION, "UNKNOWN"); /* until the restart */
        life_status(&simulated, STATUS_ISP_NEXT, "V1.00.02");
        life_status(&simulated, STATUS_ISP_PREVIOUS, "");
        life_confirm(&simulated);
        assert_int_equal(simulated_running(&simulated), 2);
        assert_true(simulated_saved(&simulated, "changed"));
        life_status(&simulated, STATUS_ISP_STATE, "confirmed");
        life_status(&simulated, STATUS_ISP_VERSION, "V1.00.02");
        life_install_and_confirm(&simulated, 3);
        life_status(&simulated, STATUS_ISP_PREVIOUS, "V1.00.02");
    }
}

static void banks_that_hold_the_image_are_adopted_and_tried(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(layouts); i++) {
        CLEANUP(simulated_free) struct simulated_camera simulated;

        begin_lost(&simulated, layouts[i]);
        life_install(&simulated, 1);
        life_boot(&simulated);
        life_status(&simulated, STATUS_ISP_STATE, "trial");
        assert_int_equal(simulated_running(&simulated), 1);
        life_confirm(&simulated);
        life_status(&simulated, STATUS_ISP_STATE, "confirmed");
    }
}

/* After each cut the camera is still lost, or whole with the new image, or the next boot
 * completes the image. */
static void cut_anywhere_leaves_the_camera_lost_or_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(layouts); i++) {
        bool was_cut = true;

        for (uint64_t change = 1; was_cut; change++) {
            CLEANUP(simulated_free) struct simulated_camera simulated;
            struct error err = ERROR_EMPTY;
            char line[LIFE_LINE_SIZE];
            int status;

            begin_lost(&simulated, layouts[i]);
            simulated.power.changes = 0;
            simulated.power.cut_at = change;
            was_cut = !simulated_update(&simulated, 2, &err);
            simulated_power_on(&simulated, change);
            status = simulated_recover(&simulated, line);
            if (status == 3) {
                life_status(&simulated, STATUS_ISP_STATE, "lost");
                life_status(&simulated, STATUS_ISP_VERSION, "UNKNOWN");
                life_install(&simulated, 2);
                life_boot(&simulated);
            } else {
                assert_int_equal(status, 0);
            }
            assert_int_equal(simulated_running(&simulated), 2);
        }
    }
}

static void failed_trial_of_an_image_that_mended_it_stays_unconfirmed(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    begin_lost(&simulated, layouts[0]);
    trial_life_forbid_restart(&simulated);
    trial_life_probe(&simulated, TRIAL_LIFE_FAILS);
    trial_life_install(&simulated, 2);
    assert_int_equal(trial_life_try(&simulated), TRIAL_KEPT);
    life_status(&simulated, STATUS_ISP_STATE, "unconfirmed");
}

/* The power went between the two renames, and with it the journal. */
static void settings_are_there_though_the_journal_is_lost_or_unreadable(void **state)
{
    (void)state;
    for (int status = 3; status <= 5; status += 2) {
        CLEANUP(simulated_free) struct simulated_camera simulated;
        char line[LIFE_LINE_SIZE];

        life_begin(&simulated, layouts[0]);
        fake_store_put(&simulated.store, "/data/settings.old/note", span_text("factory"));
        fake_store_put(&simulated.store, "/data/settings.new/note", span_text("changed"));
        fake_store_drop(&simulated.store, "/data/settings");
        if (status == 3)
            lose_journal(&simulated);
        else
            fake_store_drop(&simulated.store, "/data/work");
        assert_int_equal(life_boot_status(&simulated, line), status);
        assert_true(simulated_saved(&simulated, "factory"));
    }
}

/* The hardware may start another bank than the one that the upload finds its bytes in. */
static void kept_bank_is_told_to_the_hardware(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    char script[FILE_PATH_SIZE + 64];
    CLEANUP(memory_free) unsigned char *said = NULL;
    struct error err = ERROR_EMPTY;
    size_t size;

    (void)state;
    begin_lost(&simulated, layouts[0]);
    (void)snprintf(script, sizeof(script), "#!/bin/sh\necho \"$1 $2\" >%s\n",
                   scratch_path(&simulated.scratch, "told"));
    trial_life_program(&simulated, "activate", script, &simulated.camera.configuration.activate);
    life_install(&simulated, 1);
    assert_true(file_read(scratch_path(&simulated.scratch, "told"), 64, &said, &size, &err));
    assert_true(span_is(span_of(said, size), "firmware 1\n"));
}

/* While it is lost, [flash] without-journal = first starts bank 0: it is not written. */
static void bank_that_may_start_without_a_journal_is_not_written(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    begin_lost(&simulated, layouts[0]); /* image 1 is in bank 1 */
    simulated.camera.configuration.starts_without_journal = true;
    simulated.banks[COMPONENT_FIRMWARE][0].erased = 0;
    life_install(&simulated, 2);
    assert_int_equal(simulated.banks[COMPONENT_FIRMWARE][0].erased, 0);
    life_confirm(&simulated);
    assert_int_equal(simulated_running(&simulated), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(upload_mends_a_lost_journal),
        cmocka_unit_test(banks_that_hold_the_image_are_adopted_and_tried),
        cmocka_unit_test(cut_anywhere_leaves_the_camera_lost_or_whole),
        cmocka_unit_test(kept_bank_is_told_to_the_hardware),
        cmocka_unit_test(bank_that_may_start_without_a_journal_is_not_written),
        cmocka_unit_test(settings_are_there_though_the_journal_is_lost_or_unreadable),
        cmocka_unit_test(failed_trial_of_an_image_that_mended_it_stays_unconfirmed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
