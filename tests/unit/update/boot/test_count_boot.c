/* SPDX-License-Identifier: Apache-2.0 */
/* Which runs of `recover` count as a boot of the image on trial. */
#include "update/boot/trial.h"

#include "trial_life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const unsigned layouts[][COMPONENT_COUNT] = {{2, 0, 0}, {1, 0, 0}};

static void set_boot_id(struct simulated_camera *simulated, const char *text)
{
    scratch_write(&simulated->scratch, "boot-id", span_text(text));
}

/* A boot of a camera whose boot id is always the same. */
static void boot_as(struct simulated_camera *simulated, const char *boot_id)
{
    char line[LIFE_LINE_SIZE];

    simulated_power_on(simulated, 0);
    set_boot_id(simulated, boot_id);
    assert_int_equal(simulated_recover(simulated, line), 0);
}

static void recover_by_hand_before_the_restart_counts_no_boot(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(layouts); i++) {
        CLEANUP(simulated_free) struct simulated_camera simulated;
        char line[LIFE_LINE_SIZE];

        life_begin(&simulated, layouts[i]);
        life_install(&simulated, 2);
        for (unsigned tries = 0; tries < 3; tries++) {
            assert_int_equal(simulated_recover(&simulated, line), 0);
            assert_string_equal(line, "update 2 was installed: new image starts at the next "
                                      "restart");
            life_status(&simulated, STATUS_ISP_STATE, "restarting");
            life_status(&simulated, STATUS_ISP_VERSION, "V1.00.01");
            assert_int_equal(trial_life_try(&simulated), TRIAL_NONE);
        }
        for (unsigned boots = 0; boots < 2; boots++) {
            life_boot(&simulated);
            life_status(&simulated, STATUS_ISP_STATE, "trial");
        }
        life_boot(&simulated);
        life_status(&simulated, STATUS_ISP_STATE, "rolled-back");
    }
}

/* The run folder is in RAM, and tells what the boot id does not. */
static void boot_with_the_same_boot_id_counts(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    life_begin(&simulated, layouts[0]);
    set_boot_id(&simulated, "always the same\n");
    life_install(&simulated, 2);
    boot_as(&simulated, "always the same\n");
    life_status(&simulated, STATUS_ISP_STATE, "trial");
    assert_int_equal(trial_life_try(&simulated), TRIAL_CONFIRMED);
}

static void boot_without_a_boot_id_counts(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    life_begin(&simulated, layouts[0]);
    set_boot_id(&simulated, "");
    life_install(&simulated, 2);
    boot_as(&simulated, "");
    assert_int_equal(simulated_running(&simulated), 2);
    boot_as(&simulated, "");
    assert_int_equal(simulated_running(&simulated), 2);
    boot_as(&simulated, "");
    assert_int_equal(simulated_running(&simulated), 1);
}

/* A note that outlives the boot is of another boot. */
static void run_folder_that_is_not_in_ram_hides_no_boot(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    char line[LIFE_LINE_SIZE];

    (void)state;
    life_begin(&simulated, layouts[0]);
    life_install(&simulated, 2);
    set_boot_id(&simulated, "another boot\n");
    assert_int_equal(simulated_recover(&simulated, line), 0);
    assert_string_equal(line, "update 2 was installed: new image starts, on trial");
    assert_int_equal(trial_life_try(&simulated), TRIAL_CONFIRMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recover_by_hand_before_the_restart_counts_no_boot),
        cmocka_unit_test(boot_with_the_same_boot_id_counts),
        cmocka_unit_test(boot_without_a_boot_id_counts),
        cmocka_unit_test(run_folder_that_is_not_in_ram_hides_no_boot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
