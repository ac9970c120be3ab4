/* SPDX-License-Identifier: Apache-2.0 */
#include "update/install/adopt.h"

#include "trial_life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Image 1 was installed and confirmed; it runs from bank 1. */
static void begin(struct simulated_camera *simulated)
{
    static const unsigned two_banks[COMPONENT_COUNT] = {2, 0, 0};

    simulated_make(simulated, two_banks, false);
    life_install_and_confirm(simulated, 1);
}

/* Bank 0 does not run, and may hold half an image. */
static void adopting_again_keeps_the_bank_in_use(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct journal_record record;
    struct error err = ERROR_EMPTY;

    (void)state;
    begin(&simulated);
    assert_true(camera_read_journal(&simulated.camera, &record, &err));
    assert_int_equal(record.components[COMPONENT_FIRMWARE].running.bank_index, 1);
    assert_true(adopt(&simulated.camera, NULL, false, &record, &err));
    assert_int_equal(record.components[COMPONENT_FIRMWARE].running.bank_index, 1);
    assert_true(fake_flash_holds(&simulated.banks[COMPONENT_FIRMWARE][1],
                                 simulated_component(COMPONENT_FIRMWARE, 1)));
}

static void set_activate(struct simulated_camera *simulated, const char *script)
{
    trial_life_program(simulated, "activate", script, &simulated->camera.configuration.activate);
}

/* The same bank as before, by its number: but which one the hardware starts is not known. */
static void expect_hardware_is_told(struct simulated_camera *simulated)
{
    struct journal_record record;
    struct error err = ERROR_EMPTY;

    set_activate(simulated, "#!/bin/sh\necho told >&2\nexit 1\n");
    assert_false(adopt(&simulated->camera, NULL, false, &record, &err));
    assert_non_null(strstr(err.text, "told"));
    set_activate(simulated, "#!/bin/sh\n[ \"$1 $2\" = 'firmware 0' ]\n");
    assert_true(adopt(&simulated->camera, NULL, false, &record, &err));
    assert_int_equal(record.components[COMPONENT_FIRMWARE].running.bank_index, 0);
}

static void hardware_is_told_after_a_lost_journal(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    begin(&simulated);
    life_install_and_confirm(&simulated, 2); /* runs from bank 0 */
    fake_store_put(&simulated.store, "/data/work/journal.0", span_text("torn"));
    fake_store_put(&simulated.store, "/data/work/journal.1", span_text("torn"));
    expect_hardware_is_told(&simulated);
    life_status(&simulated, STATUS_ISP_FIRMWARE, "UNKNOWN"); /* until the restart */
}

static void hardware_is_told_if_that_failed_before(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct journal_record record;
    struct error err = ERROR_EMPTY;

    (void)state;
    begin(&simulated);
    life_install_and_confirm(&simulated, 2);
    assert_true(camera_read_journal(&simulated.camera, &record, &err));
    record.activate_failed = true;
    assert_true(camera_write_journal(&simulated.camera, &record, &err));
    expect_hardware_is_told(&simulated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adopting_again_keeps_the_bank_in_use),
        cmocka_unit_test(hardware_is_told_after_a_lost_journal),
        cmocka_unit_test(hardware_is_told_if_that_failed_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
