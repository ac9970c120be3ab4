/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hardware that fails for good: `activate` from any of its calls on, a bank from any of its changes
 * on. After each step and each boot the status claims no image that is not whole. When the hardware
 * works again, the camera gets to an image by itself or by `recover --retry`.
 */
#include "trial_life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { BOOTS = 5, CALLS = 8, SCRIPT_SIZE = 2 * FILE_PATH_SIZE };

static const unsigned layouts[][COMPONENT_COUNT] = {
    {2, 0, 0}, {1, 0, 0}, {2, 1, 0}, {1, 1, 0}, {2, 2, 0}};

/* The acts during which the hardware fails. Each ends with image 1 or 2; a failure is no error
 * of the test. */
static void update(struct simulated_camera *simulated)
{
    struct error err = ERROR_EMPTY;

    (void)simulated_update(simulated, 2, &err);
}

static void failed_trial(struct simulated_camera *simulated)
{
    struct error err = ERROR_EMPTY;
    char line[LIFE_LINE_SIZE];

    if (!simulated_update(simulated, 2, &err))
        return;
    life_check_claims(simulated);
    (void)life_boot_status(simulated, line);
    life_check_claims(simulated);
    (void)simulated_roll_back(simulated, false, &err);
}

static void rollback_by_hand(struct simulated_camera *simulated)
{
    struct error err = ERROR_EMPTY;
    char line[LIFE_LINE_SIZE];

    if (!simulated_update(simulated, 2, &err))
        return;
    if (life_boot_status(simulated, line) != 0 || !simulated_trial(simulated, &err))
        return;
    (void)simulated_roll_back(simulated, false, &err);
}

static void (*const acts[])(struct simulated_camera *simulated) = {update, failed_trial,
                                                                   rollback_by_hand};

/* After a failed boot the status claims no image. */
static void boot(struct simulated_camera *simulated)
{
    struct error err = ERROR_EMPTY;
    char line[LIFE_LINE_SIZE];
    int status = life_boot_status(simulated, line);

    life_check_claims(simulated);
    if (status != 0)
        life_status(simulated, STATUS_ISP_VERSION, "UNKNOWN");
    assert_true(simulated_trial(simulated, &err));
    life_check_claims(simulated);
}

/* The hardware works again. */
static void expect_way_out(struct simulated_camera *simulated)
{
    struct error err = ERROR_EMPTY;
    char line[LIFE_LINE_SIZE];

    simulated_power_on(simulated, 0);
    assert_int_equal(simulated_retry(simulated, line), 0);
    assert_int_not_equal(simulated_running(simulated), 0);
    life_check_claims(simulated);
    assert_true(simulated_trial(simulated, &err));
    life_install_and_confirm(simulated, 3);
    assert_int_equal(simulated_running(simulated), 3);
}

/* `activate` succeeds this many times, and then never again. */
static void activate_until(struct simulated_camera *simulated, unsigned calls)
{
    char script[SCRIPT_SIZE];

    scratch_write(&simulated->scratch, "calls", SPAN_EMPTY);
    (void)snprintf(script, sizeof(script), "#!/bin/sh\necho x >>%s\n[ $(wc -l <%s) -le %u ]\n",
                   scratch_path(&simulated->scratch, "calls"),
                   scratch_path(&simulated->scratch, "calls"), calls);
    trial_life_program(simulated, "activate", script, &simulated->camera.configuration.activate);
}

static void activate_that_fails_at_any_call_leaves_no_false_claim(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(layouts); i++)
        for (size_t act = 0; layouts[i][0] == 2 && act < COUNT_OF(acts); act++)
            for (unsigned calls = 0; calls < CALLS; calls++) {
                CLEANUP(simulated_free) struct simulated_camera simulated;

                life_begin(&simulated, layouts[i]);
                activate_until(&simulated, calls);
                acts[act](&simulated);
                life_check_claims(&simulated);
                for (unsigned n = 0; n < BOOTS; n++)
                    boot(&simulated);
                activate_until(&simulated, 1000);
                expect_way_out(&simulated);
            }
}

static void bank_that_takes_no_writes_leaves_no_false_claim(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(layouts); i++)
        for (size_t act = 0; act < COUNT_OF(acts); act++)
            for (unsigned bank = 0; bank < layouts[i][0] + layouts[i][1]; bank++)
                for (unsigned left = 0, died = 1; died; left++) {
                    CLEANUP(simulated_free) struct simulated_camera simulated;
                    bool is_second = bank >= layouts[i][0];
                    struct fake_flash *flash;

                    life_begin(&simulated, layouts[i]);
                    flash = &simulated.banks[is_second][bank - (is_second ? layouts[i][0] : 0)];
                    flash->is_dying = true;
                    flash->changes_left = left;
                    acts[act](&simulated);
                    life_check_claims(&simulated);
                    died = flash->changes_left == 0;
                    for (unsigned n = 0; died && n < BOOTS; n++)
                        boot(&simulated);
                    flash->is_dying = false;
                    expect_way_out(&simulated);
                }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(activate_that_fails_at_any_call_leaves_no_false_claim),
        cmocka_unit_test(bank_that_takes_no_writes_leaves_no_false_claim),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
