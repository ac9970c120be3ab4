/* SPDX-License-Identifier: Apache-2.0 */
#include "update/adopt.h"

#include "camera_life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Image 1 was installed and confirmed: it runs from bank 1. */
static void begin(struct simulated_camera *simulated)
{
    static const unsigned two_banks[COMPONENT_COUNT] = {2, 0, 0};

    simulated_make(simulated, two_banks, false);
    life_install_and_confirm(simulated, 1);
}

/* Bank 0 is not what runs, and may hold half an image. */
static void adopting_again_keeps_the_bank_in_use(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct journal_record record;
    struct error err = ERROR_EMPTY;

    (void)state;
    begin(&simulated);
    assert_true(camera_read_journal(&simulated.camera, &record, &err));
    assert_int_equal(record.components[COMPONENT_FIRMWARE].running.bank, 1);
    assert_true(adopt(&simulated.camera, NULL, &record, &err));
    assert_int_equal(record.components[COMPONENT_FIRMWARE].running.bank, 1);
    assert_true(fake_flash_holds(&simulated.banks[COMPONENT_FIRMWARE][1],
                                 simulated_component(COMPONENT_FIRMWARE, 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adopting_again_keeps_the_bank_in_use),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
