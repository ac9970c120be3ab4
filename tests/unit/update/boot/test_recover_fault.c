/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power goes at every operation of an update, to another image or to the same one. In the
 * `recover` that follows, one operation fails, each in turn: a medium that fails once. If `recover`
 * reports success, one whole image starts with its settings, now and at the next boot. Otherwise it
 * reports the failure, and the next boot repairs the camera.
 */
#include "camera_life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void assert_is_whole(struct simulated_camera *simulated, unsigned number, const char *what)
{
    unsigned running = simulated_running(simulated);

    if (!(running == 1 && simulated_saved(simulated, "factory")) &&
        !(running == number && simulated_saved(simulated, "changed")))
        fail_msg("%s: image %u runs", what, running);
}

/* Image 1 was sent again: that update is done when its settings are saved. */
static void assert_is_told(struct simulated_camera *simulated, unsigned number)
{
    if (number == 1 && simulated_saved(simulated, "changed"))
        life_status(simulated, STATUS_ISP_STATE, "confirmed");
}

/* True: the operation that was to fail was reached. */
static bool recover_with_fault(const unsigned banks[COMPONENT_COUNT], unsigned number,
                               uint64_t cut_at, uint64_t fail_at, bool *was_cut)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct error err = ERROR_EMPTY;
    char line[LIFE_LINE_SIZE];
    char what[LIFE_LINE_SIZE];
    uint64_t operations;
    int status;

    life_begin(&simulated, banks);
    simulated.power.cut_at = cut_at;
    (void)simulated_update(&simulated, number, &err);
    *was_cut = simulated.power.is_off;
    simulated_power_on(&simulated, 0);
    simulated.power.fail_at = fail_at;
    status = simulated_recover(&simulated, line);
    operations = simulated.power.operations;
    simulated.power.fail_at = 0;
    (void)snprintf(what, sizeof(what), "cut at %u, failure at %u, \"%.300s\"", (unsigned)cut_at,
                   (unsigned)fail_at, line);
    if (status == 0)
        assert_is_whole(&simulated, number, what);
    for (unsigned boot = 0; boot < 2; boot++) {
        if (life_boot_status(&simulated, line) != 0)
            fail_msg("%s, then \"%s\"", what, line);
        assert_is_whole(&simulated, number, what);
    }
    assert_true(simulated_trial(&simulated, &err));
    assert_is_told(&simulated, number);
    life_install_and_confirm(&simulated, 3);
    return fail_at <= operations;
}

static void fail_everywhere(const unsigned banks[COMPONENT_COUNT], unsigned number)
{
    uint64_t cut_at = 1;
    bool was_cut;

    do {
        for (uint64_t fail_at = 1; recover_with_fault(banks, number, cut_at, fail_at, &was_cut);
             fail_at++)
            continue;
        cut_at++;
    } while (was_cut);
    assert_true(cut_at > 10);
}

static void one_failure_after_a_cut_leaves_one_image_with_its_settings(void **state)
{
    static const unsigned layouts[][COMPONENT_COUNT] = {{1, 0, 0}, {2, 1, 0}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(layouts); i++)
        for (unsigned number = 1; number <= 2; number++)
            fail_everywhere(layouts[i], number);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_failure_after_a_cut_leaves_one_image_with_its_settings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
