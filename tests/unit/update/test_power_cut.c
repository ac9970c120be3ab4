/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power goes at every operation of an update, and again at every operation of the `recover`
 * behind it. Whatever is cut: one image whole, the settings that belong to it, and the next update
 * works.
 */
#include "simulated_camera.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LINE_SIZE = 512, BOOTS = 8 };

/* Which cameras are tried. */
static const struct layout {
    const char *name;
    unsigned banks[COMPONENT_COUNT];
    bool has_settings;
} layouts[] = {
    {"two banks", {2, 0, 0}, false},
    {"two banks, settings", {2, 0, 0}, true},
    {"one bank", {1, 0, 0}, false},
    {"one bank, settings", {1, 0, 0}, true},
    {"mixed, settings", {2, 1, 1}, true},
    {"three of two banks, settings", {2, 2, 2}, true},
    {"three of one bank, settings", {1, 1, 1}, true},
};

struct cut {
    uint64_t update;  /* the change of the update at which the power goes; 0: none */
    uint64_t recover; /* the change of the `recover` behind it; 0: none */
    uint64_t chance;  /* what of the un-synced got onto the medium */
};

/* What a run met. */
struct met {
    uint64_t changes; /* of the part that the cut was to be in */
    bool was_cut;
};

static void boot_until_confirmed(struct simulated_camera *simulated, uint64_t cut_recover,
                                 uint64_t chance, struct met *met)
{
    struct error err = ERROR_EMPTY;
    char line[LINE_SIZE];

    for (unsigned boot = 0; boot < BOOTS; boot++) {
        int status;

        simulated_power_on(simulated, chance);
        simulated->power.cut_at = boot == 0 ? cut_recover : 0;
        status = simulated_recover(simulated, line);
        simulated->power.cut_at = 0;
        if (boot == 0)
            met->changes = simulated->power.changes;
        if (simulated->power.is_off) {
            met->was_cut = true;
            continue;
        }
        if (status != 0)
            print_error("%s\n", line);
        assert_int_equal(status, 0);
        assert_true(simulated_trial(simulated, &err));
        return;
    }
    fail_msg("no boot came through");
}

static void start_with_image_1(struct simulated_camera *simulated, const struct layout *layout)
{
    struct error err = ERROR_EMPTY;
    struct met met = {0};

    simulated_make(simulated, layout->banks, layout->has_settings);
    if (!simulated_update(simulated, 1, &err))
        fail_msg("first image: %s", err.text);
    boot_until_confirmed(simulated, 0, 0, &met);
    assert_int_equal(simulated_running(simulated), 1);
}

static void check_image_and_settings(struct simulated_camera *simulated,
                                     const struct layout *layout, bool must_be_new)
{
    unsigned running = simulated_running(simulated);

    assert_true(running == 2 || (running == 1 && !must_be_new));
    if (layout->has_settings)
        assert_true(simulated_saved(simulated, running == 2 ? "changed" : "factory"));
}

static void check_next_update(struct simulated_camera *simulated)
{
    struct error err = ERROR_EMPTY;
    struct met met = {0};

    if (!simulated_update(simulated, 3, &err))
        fail_msg("next update: %s", err.text);
    boot_until_confirmed(simulated, 0, 0, &met);
    assert_int_equal(simulated_running(simulated), 3);
}

/* One camera's life: image 1, the update to image 2 with its cuts, the update to image 3. */
static struct met live(const struct layout *layout, const struct cut *cut)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct error err = ERROR_EMPTY;
    struct met met = {0};
    struct met recovery = {0};
    bool installed;

    start_with_image_1(&simulated, layout);
    if (layout->has_settings)
        simulated_set_live(&simulated, "changed");
    fake_power_on(&simulated.power);
    simulated.power.cut_at = cut->update;
    installed = simulated_update(&simulated, 2, &err);
    met.changes = simulated.power.changes;
    met.was_cut = simulated.power.is_off;
    if (!met.was_cut)
        assert_true(installed);
    boot_until_confirmed(&simulated, cut->recover, cut->chance, &recovery);
    check_image_and_settings(&simulated, layout, installed);
    check_next_update(&simulated);
    return cut->recover == 0 ? met : recovery;
}

static void cut_everywhere(const struct layout *layout)
{
    static const uint64_t chances[] = {0, UINT64_C(0x5bd1e9955bd1e995), UINT64_MAX};
    struct cut cut = {0};
    uint64_t count = live(layout, &cut).changes;
    uint64_t cuts = 0;

    for (size_t chance = 0; chance < COUNT_OF(chances); chance++) {
        cut = (struct cut){.chance = chances[chance]};
        for (cut.update = 1; cut.update <= count; cut.update++) {
            cut.recover = 0;
            assert_true(live(layout, &cut).was_cut);
            cuts++;
            for (cut.recover = 1; live(layout, &cut).was_cut; cut.recover++)
                cuts++;
        }
    }
    print_message("%s: %llu operations, %llu cuts\n", layout->name, (unsigned long long)count,
                  (unsigned long long)cuts);
}

static void every_cut_leaves_one_image_whole_with_its_settings(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(layouts); i++)
        cut_everywhere(&layouts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cut_leaves_one_image_whole_with_its_settings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
