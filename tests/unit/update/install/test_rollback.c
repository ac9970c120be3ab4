/* SPDX-License-Identifier: Apache-2.0 */
/* The old bank is read before a rollback is decided, and again before it starts. */
#include "update/install/rollback.h"

#include "trial_life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static const unsigned two_banks[COMPONENT_COUNT] = {2, 2, 2};
static const unsigned one_component[COMPONENT_COUNT] = {2, 0, 0};

static struct journal_record journal_of(struct simulated_camera *simulated)
{
    struct journal_record record;
    struct error err = ERROR_EMPTY;

    assert_true(camera_read_journal(&simulated->camera, &record, &err));
    return record;
}

/* The bank of image 1, which is not in use. */
static struct fake_flash *old_bank(struct simulated_camera *simulated, enum component which)
{
    struct journal_record record = journal_of(simulated);
    const struct journal_component *component = &record.components[which];
    unsigned in_use =
        record.state == JOURNAL_IDLE ? component->running.bank_index : component->target.bank_index;

    return &simulated->banks[which][1 - in_use];
}

static void expect_no_way_back(struct simulated_camera *simulated, enum component which)
{
    struct error err = ERROR_EMPTY;
    char text[ERROR_TEXT_SIZE];

    (void)snprintf(text, sizeof(text), "no way back: %s: %s does not hold the old image any more",
                   component_name(which), old_bank(simulated, which)->flash.where);
    fake_power_on(&simulated->power);
    assert_false(simulated_roll_back(simulated, false, &err));
    assert_string_equal(err.text, text);
    assert_int_equal(err.kind, ERROR_FLASH);
    assert_int_equal(simulated->power.changes, 0);
    assert_int_equal(simulated_running(simulated), 2);
}

/* Any bank, its first byte or its last one, for an image on trial and for a confirmed one. */
static void a_damaged_bank_is_no_way_back_and_nothing_changes(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct error err = ERROR_EMPTY;

    (void)state;
    life_begin(&simulated, two_banks);
    life_install(&simulated, 2);
    life_boot(&simulated);
    for (unsigned confirmed = 0; confirmed < 2; confirmed++) {
        for (enum component which = 0; which < COMPONENT_COUNT; which++) {
            struct fake_flash *old = old_bank(&simulated, which);
            const size_t places[] = {0, simulated_component(which, 1).size - 1};

            for (size_t i = 0; i < COUNT_OF(places); i++) {
                old->bytes[places[i]] ^= 1;
                expect_no_way_back(&simulated, which);
                old->bytes[places[i]] ^= 1;
            }
        }
        if (confirmed == 0)
            assert_true(simulated_trial(&simulated, &err));
    }
    assert_true(simulated_roll_back(&simulated, false, &err));
    assert_int_equal(simulated_running(&simulated), 1);
}

/* The bank was whole when the rollback was decided, and damaged after the power cut. */
static void a_bank_that_is_damaged_meanwhile_is_not_started(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct journal_record record;
    struct error err = ERROR_EMPTY;
    char line[LIFE_LINE_SIZE];

    (void)state;
    life_begin(&simulated, two_banks);
    life_install_and_confirm(&simulated, 2);
    record = journal_of(&simulated);
    assert_true(rollback_to_previous(&simulated.camera, &record, false, "by hand", &err));
    assert_int_equal(journal_of(&simulated).state, JOURNAL_ROLLING_BACK);
    old_bank(&simulated, COMPONENT_FIRMWARE)->bytes[0] ^= 1;
    assert_int_equal(life_boot_status(&simulated, line), 4);
    assert_int_equal(journal_of(&simulated).state, JOURNAL_ROLLING_BACK);
    old_bank(&simulated, COMPONENT_FIRMWARE)->bytes[0] ^= 1;
    life_boot(&simulated);
    assert_int_equal(simulated_running(&simulated), 1);
}

/* Among others the last record of a rollback that has done all the rest. */
static void update_that_leaves_work_to_the_next_boot_restarts(void **state)
{
    unsigned rolling_back = 0;
    bool was_reached = true;

    (void)state;
    for (uint64_t fail_at = 1; was_reached; fail_at++) {
        CLEANUP(simulated_free) struct simulated_camera simulated;
        struct journal_record record;
        struct error err = ERROR_EMPTY;

        life_begin(&simulated, one_component);
        /* Image 1 runs from bank 1; image 2 cannot be started from bank 0. */
        trial_life_program(&simulated, "activate", "#!/bin/sh\n[ \"$2\" = 1 ]\n",
                           &simulated.camera.configuration.activate);
        simulated.power.operations = 0;
        simulated.power.fail_at = fail_at;
        assert_false(simulated_update(&simulated, 2, &err));
        was_reached = fail_at <= simulated.power.operations;
        simulated.power.fail_at = 0;
        assert_true(camera_read_journal(&simulated.camera, &record, &err));
        if (record.state != JOURNAL_IDLE && record.state != JOURNAL_STAGING)
            assert_true(simulated.must_restart);
        rolling_back += record.state == JOURNAL_ROLLING_BACK;
    }
    assert_true(rolling_back > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_damaged_bank_is_no_way_back_and_nothing_changes),
        cmocka_unit_test(a_bank_that_is_damaged_meanwhile_is_not_started),
        cmocka_unit_test(update_that_leaves_work_to_the_next_boot_restarts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
