/* SPDX-License-Identifier: Apache-2.0 */
/* A camera whose firmware is written by a loader, which takes the whole image and cannot read it
 * back: what the work folder holds, and how much room it needs. */
#include "camera_life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const unsigned one_bank[COMPONENT_COUNT] = {1, 0, 0};
static const unsigned two_banks[COMPONENT_COUNT] = {2, 0, 0};

/* As life_begin, but with loaders. */
static void begin(struct simulated_camera *simulated, const unsigned banks[COMPONENT_COUNT],
                  bool can_read)
{
    simulated_make(simulated, banks, true);
    for (unsigned bank = 0; bank < 2; bank++)
        fake_flash_take_only_whole(&simulated->banks[COMPONENT_FIRMWARE][bank], can_read);
    life_install_and_confirm(simulated, 1);
    simulated_set_live(simulated, "changed");
}

static uint64_t size_of(unsigned number)
{
    return simulated_component(COMPONENT_FIRMWARE, number).size;
}

/* The copy of what runs exists: only the new bytes need room. */
static void an_update_needs_room_for_its_own_bytes(void **state)
{
    static const unsigned *const banks[] = {one_bank, two_banks};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(banks); i++) {
        CLEANUP(simulated_free) struct simulated_camera simulated;

        begin(&simulated, banks[i], false);
        simulated.camera.configuration.keep_old_required = true;
        simulated.store.room = size_of(2) - 1;
        life_refused(&simulated, 2, "work folder: needs 1374 bytes, has 1373");
        simulated.store.room = size_of(2);
        life_install_and_confirm(&simulated, 2);
        assert_int_equal(simulated_running(&simulated), 2);
    }
}

static bool has(struct simulated_camera *simulated, const char *path, unsigned number)
{
    return fake_store_holds(&simulated->store, path,
                            simulated_component(COMPONENT_FIRMWARE, number));
}

static void what_runs_and_what_ran_before_are_kept_and_no_more(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct error err = ERROR_EMPTY;

    (void)state;
    begin(&simulated, one_bank, false);
    assert_true(has(&simulated, "/data/work/old-1.firmware", 1));
    life_install_and_confirm(&simulated, 2);
    life_install_and_confirm(&simulated, 3);
    assert_false(has(&simulated, "/data/work/old-1.firmware", 1));
    assert_true(has(&simulated, "/data/work/old-2.firmware", 2));
    assert_true(has(&simulated, "/data/work/old-3.firmware", 3));
    life_install(&simulated, 4);
    life_boot(&simulated);
    assert_true(has(&simulated, "/data/work/old-4.firmware", 4));
    assert_true(simulated_roll_back(&simulated, false, &err));
    assert_int_equal(simulated_running(&simulated), 3);
    assert_false(has(&simulated, "/data/work/old-4.firmware", 4));
    assert_true(has(&simulated, "/data/work/old-3.firmware", 3));
}

/* The journal has the digest of the image, and no bank can be read. */
static void the_same_image_is_not_loaded_again(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct fake_flash *bank = &simulated.banks[COMPONENT_FIRMWARE][0];

    (void)state;
    begin(&simulated, one_bank, false);
    bank->erasures_fail = 1;
    life_install_and_confirm(&simulated, 1);
    assert_int_equal(bank->erasures_fail, 1);
    life_status(&simulated, STATUS_ISP_BLOCKS, "0/3");
}

/* A bank that can be read is read: if it differs, it is loaded again and verified. */
static void a_loader_s_flash_that_can_be_read_is(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct fake_flash *bank = &simulated.banks[COMPONENT_FIRMWARE][0];

    (void)state;
    begin(&simulated, one_bank, true);
    bank->bytes[5] ^= 1;
    life_install_and_confirm(&simulated, 1);
    assert_int_equal(simulated_running(&simulated), 1);
    bank->bits_wrong = 1;
    life_refused(&simulated, 2, "firmware: fake:00 does not hold what was written");
    life_boot(&simulated);
    assert_int_equal(simulated_running(&simulated), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_update_needs_room_for_its_own_bytes),
        cmocka_unit_test(what_runs_and_what_ran_before_are_kept_and_no_more),
        cmocka_unit_test(the_same_image_is_not_loaded_again),
        cmocka_unit_test(a_loader_s_flash_that_can_be_read_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
