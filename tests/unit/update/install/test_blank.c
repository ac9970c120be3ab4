/* SPDX-License-Identifier: Apache-2.0 */
/* Banks that a factory found blank: only one uninterrupted update into each spares the erasing. */
#include "camera_life.h"
#include "update/install/adopt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { BLOCKS = 3 /* of the firmware of each image */ };

static const unsigned two_banks[COMPONENT_COUNT] = {2, 0, 0};
static const unsigned one_bank[COMPONENT_COUNT] = {1, 0, 0};

static struct fake_flash *spare(struct simulated_camera *simulated)
{
    return &simulated->banks[COMPONENT_FIRMWARE][1];
}

static unsigned blank_banks(struct simulated_camera *simulated)
{
    struct journal_record record;
    struct error err = ERROR_EMPTY;

    assert_true(camera_read_journal(&simulated->camera, &record, &err));
    return record.components[COMPONENT_FIRMWARE].blank;
}

/* A camera whose bank 1 is blank. */
static void begin(struct simulated_camera *simulated)
{
    struct error err = ERROR_EMPTY;

    simulated_make(simulated, two_banks, false);
    memset(simulated->banks[COMPONENT_FIRMWARE][0].bytes, 0x12, SIMULATED_BANK_SIZE);
    assert_true(simulated_adopt(simulated, &err));
}

static void a_blank_bank_is_not_erased(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    begin(&simulated);
    assert_int_equal(blank_banks(&simulated), 2);
    life_install_and_confirm(&simulated, 1);
    assert_int_equal(spare(&simulated)->erased, 0);
    assert_int_equal(spare(&simulated)->written, BLOCKS);
    assert_int_equal(blank_banks(&simulated), 0);
    /* The other bank was never blank, and this one is not any more. */
    life_install_and_confirm(&simulated, 2);
    assert_int_equal(simulated.banks[COMPONENT_FIRMWARE][0].erased, BLOCKS);
    life_install_and_confirm(&simulated, 3);
    assert_int_equal(spare(&simulated)->erased, BLOCKS);
}

/* The part that the update did not reach reads as erased; its cells may be half erased. */
static void a_bank_whose_update_was_cut_is_erased(void **state)
{
    (void)state;
    for (uint64_t cut = 1;; cut++) {
        CLEANUP(simulated_free) struct simulated_camera simulated;
        struct error err = ERROR_EMPTY;
        unsigned blank;

        begin(&simulated);
        fake_power_on(&simulated.power);
        simulated.power.cut_at = cut;
        if (simulated_update(&simulated, 1, &err))
            break;
        life_boot(&simulated);
        blank = blank_banks(&simulated);
        spare(&simulated)->erased = 0;
        life_install_and_confirm(&simulated, 1);
        assert_int_equal(spare(&simulated)->erased, blank == 0 ? BLOCKS : 0);
        /* Not a byte was written while the journal still called it blank. */
        assert_true(blank == 0 || spare(&simulated)->written == BLOCKS);
    }
}

static void a_block_that_does_not_read_as_blank_is_erased(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    begin(&simulated);
    spare(&simulated)->bytes[SIMULATED_BLOCK + 5] = 0; /* by another program */
    life_install_and_confirm(&simulated, 1);
    assert_int_equal(spare(&simulated)->erased, 1);
}

static void a_block_with_corrected_bits_is_erased(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    begin(&simulated);
    spare(&simulated)->has_corrected = true;
    spare(&simulated)->corrected_block = 2;
    life_install_and_confirm(&simulated, 1);
    assert_int_equal(spare(&simulated)->erased, 1);
}

static void only_a_whole_bank_without_corrected_bits_is_blank(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        CLEANUP(simulated_free) struct simulated_camera simulated;
        struct error err = ERROR_EMPTY;

        simulated_make(&simulated, two_banks, false);
        if (i == 0)
            spare(&simulated)->bytes[SIMULATED_BANK_SIZE - 1] = 0xfe;
        spare(&simulated)->has_corrected = i == 1;
        assert_true(simulated_adopt(&simulated, &err));
        assert_int_equal(blank_banks(&simulated), 0);
    }
}

/* It reads as blank, but only the factory may say that it is. */
static void nothing_is_blank_without_a_factory(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct journal_record record;
    struct error err = ERROR_EMPTY;

    (void)state;
    simulated_make(&simulated, two_banks, false);
    assert_true(adopt(&simulated.camera, NULL, false, &record, &err));
    assert_int_equal(blank_banks(&simulated), 0);
    life_install_and_confirm(&simulated, 1);
    assert_int_equal(spare(&simulated)->erased, BLOCKS);
}

static void the_bank_in_use_is_never_blank(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct error err = ERROR_EMPTY;

    (void)state;
    simulated_make(&simulated, one_bank, false);
    assert_true(simulated_adopt(&simulated, &err));
    assert_int_equal(blank_banks(&simulated), 0);
}

static void a_lost_journal_knows_no_blank_bank(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;

    (void)state;
    begin(&simulated);
    fake_store_put(&simulated.store, "/data/work/journal.0", span_text("torn"));
    fake_store_put(&simulated.store, "/data/work/journal.1", span_text("torn"));
    life_install(&simulated, 1);
    assert_int_equal(spare(&simulated)->erased + simulated.banks[COMPONENT_FIRMWARE][0].erased,
                     BLOCKS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_blank_bank_is_not_erased),
        cmocka_unit_test(a_bank_whose_update_was_cut_is_erased),
        cmocka_unit_test(a_block_that_does_not_read_as_blank_is_erased),
        cmocka_unit_test(a_block_with_corrected_bits_is_erased),
        cmocka_unit_test(only_a_whole_bank_without_corrected_bits_is_blank),
        cmocka_unit_test(nothing_is_blank_without_a_factory),
        cmocka_unit_test(the_bank_in_use_is_never_blank),
        cmocka_unit_test(a_lost_journal_knows_no_blank_bank),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
