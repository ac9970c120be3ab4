/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power goes at every operation of whatever changes a camera's flash, and again at every
 * operation of the `recover` behind it. Whatever is cut: one image whole, the settings that belong
 * to it, and the next update works. docs/flash.md has the table of what this tried.
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
    {"one bank", {1, 0, 0}, false},
    {"two banks, settings", {2, 0, 0}, true},
    {"one bank, settings", {1, 0, 0}, true},
    {"two and one and one, settings", {2, 1, 1}, true},
    {"three times two, settings", {2, 2, 2}, true},
    {"three times one, settings", {1, 1, 1}, true},
};

static bool update_to_2(struct simulated_camera *simulated, struct error *err)
{
    return simulated_update(simulated, 2, err);
}

static bool update_to_1(struct simulated_camera *simulated, struct error *err)
{
    return simulated_update(simulated, 1, err);
}

static bool roll_back(struct simulated_camera *simulated, struct error *err)
{
    return simulated_roll_back(simulated, false, err);
}

static bool roll_back_with_settings(struct simulated_camera *simulated, struct error *err)
{
    return simulated_roll_back(simulated, simulated->camera.configuration.saved[0] != '\0', err);
}

static bool boot_once_more(struct simulated_camera *simulated, struct error *err)
{
    char line[LINE_SIZE];

    (void)err;
    return simulated_recover(simulated, line) == 0;
}

/* Before what is cut: image 1 is confirmed, its settings say "factory". */
enum start {
    START_AT_1,          /* the live settings say "changed" */
    START_AT_2,          /* image 2 is confirmed, its settings say "changed" */
    START_AT_2_ON_TRIAL, /* the same, in its first boot */
    START_AT_2_TWICE,    /* the same, power was cycled twice without a confirmation */
};

/* What is cut, and what may be there behind it. */
static const struct scenario {
    const char *name;
    enum start start;
    bool (*act)(struct simulated_camera *simulated, struct error *err);
    unsigned before, after; /* images */
    const char *settings_before, *settings_after;
    bool all_layouts;
} scenarios[] = {
    {"update", START_AT_1, update_to_2, 1, 2, "factory", "changed", true},
    {"the same image", START_AT_1, update_to_1, 1, 1, "factory", "changed", false},
    {"downgrade", START_AT_2, update_to_1, 2, 1, "changed", "changed", false},
    {"failed probe", START_AT_2_ON_TRIAL, roll_back, 2, 1, "changed", "factory", false},
    {"third boot", START_AT_2_TWICE, boot_once_more, 1, 1, "factory", "factory", false},
    {"rollback", START_AT_2, roll_back, 2, 1, "changed", "changed", false},
    {"rollback --settings", START_AT_2, roll_back_with_settings, 2, 1, "changed", "factory", false},
};

struct cut {
    uint64_t act;     /* the change of the act at which the power goes; 0: none */
    uint64_t recover; /* the change of the `recover` behind it; 0: none */
    uint64_t chance;  /* what of the un-synced got onto the medium */
};

/* What a run met. */
struct met {
    uint64_t changes; /* of the part that the cut was to be in */
    bool was_cut;
};

static void boot_until_confirmed(struct simulated_camera *simulated, const struct cut *cut,
                                 struct met *met)
{
    struct error err = ERROR_EMPTY;
    char line[LINE_SIZE];

    for (unsigned boot = 0; boot < BOOTS; boot++) {
        int status;

        simulated_power_on(simulated, cut->chance);
        simulated->power.cut_at = boot == 0 ? cut->recover : 0;
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

static void install(struct simulated_camera *simulated, unsigned number)
{
    struct error err = ERROR_EMPTY;

    if (!simulated_update(simulated, number, &err))
        fail_msg("update to %u: %s", number, err.text);
}

static void install_and_confirm(struct simulated_camera *simulated, unsigned number)
{
    const struct cut none = {0};
    struct met met = {0};

    install(simulated, number);
    boot_until_confirmed(simulated, &none, &met);
    assert_int_equal(simulated_running(simulated), number);
}

static void boot(struct simulated_camera *simulated)
{
    char line[LINE_SIZE];

    simulated_power_on(simulated, 0);
    assert_int_equal(simulated_recover(simulated, line), 0);
}

static void begin(struct simulated_camera *simulated, const struct layout *layout, enum start start)
{
    simulated_make(simulated, layout->banks, layout->has_settings);
    install_and_confirm(simulated, 1);
    if (layout->has_settings)
        simulated_set_live(simulated, "changed");
    if (start == START_AT_2)
        install_and_confirm(simulated, 2);
    if (start == START_AT_2_ON_TRIAL || start == START_AT_2_TWICE) {
        install(simulated, 2);
        boot(simulated);
    }
    if (start == START_AT_2_TWICE) {
        boot(simulated);
        simulated_power_on(simulated, 0);
    }
    fake_power_on(&simulated->power);
}

static void check(struct simulated_camera *simulated, const struct layout *layout,
                  const struct scenario *scenario, bool must_be_after)
{
    unsigned running = simulated_running(simulated);
    bool before = running == scenario->before &&
                  (!layout->has_settings || simulated_saved(simulated, scenario->settings_before));
    bool after = running == scenario->after &&
                 (!layout->has_settings || simulated_saved(simulated, scenario->settings_after));

    assert_true(after || (before && !must_be_after));
}

/* A bank that was being filled when the power went is none to go back to, and none of its blocks is
 * taken for written: neither by a rollback nor by the same update once more. */
static void check_spare_banks(struct simulated_camera *simulated, const struct scenario *scenario)
{
    const struct cut none = {0};
    struct error err = ERROR_EMPTY;
    struct met met = {0};

    if (scenario->act == update_to_1 || scenario->act == update_to_2)
        install_and_confirm(simulated, scenario->after);
    /* Before image 1 there was none. */
    if (scenario->before != scenario->after && simulated_roll_back(simulated, false, &err))
        assert_true(simulated_running(simulated) != 0);
    boot_until_confirmed(simulated, &none, &met);
    assert_true(simulated_running(simulated) != 0);
}

/* One camera's life: what leads to it, the act with its cuts, the update to image 3. */
static struct met live(const struct layout *layout, const struct scenario *scenario,
                       const struct cut *cut)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    struct error err = ERROR_EMPTY;
    struct met met = {0};
    struct met recovery = {0};
    bool done;

    begin(&simulated, layout, scenario->start);
    simulated.power.cut_at = cut->act;
    done = scenario->act(&simulated, &err);
    met.changes = simulated.power.changes;
    met.was_cut = simulated.power.is_off;
    if (!met.was_cut && !done)
        fail_msg("%s: %s", scenario->name, err.text);
    boot_until_confirmed(&simulated, cut, &recovery);
    check(&simulated, layout, scenario, done);
    check_spare_banks(&simulated, scenario);
    install_and_confirm(&simulated, 3);
    return cut->recover == 0 ? met : recovery;
}

static uint64_t cut_everywhere(const struct layout *layout, const struct scenario *scenario,
                               uint64_t changes, uint64_t chance)
{
    struct cut cut = {.chance = chance};
    uint64_t cuts = 0;

    for (cut.act = 1; cut.act <= changes; cut.act++) {
        cut.recover = 0;
        assert_true(live(layout, scenario, &cut).was_cut);
        cuts++;
        for (cut.recover = 1; live(layout, scenario, &cut).was_cut; cut.recover++)
            cuts++;
    }
    return cuts;
}

static void try_scenario(const struct scenario *scenario)
{
    static const uint64_t chances[] = {0, UINT64_C(0x5bd1e9955bd1e995), UINT64_MAX};
    const struct cut none = {0};

    for (size_t i = scenario->all_layouts ? 0 : 2; i < COUNT_OF(layouts); i++) {
        uint64_t changes = live(&layouts[i], scenario, &none).changes;
        uint64_t cuts = 0;

        for (size_t chance = 0; chance < (scenario->all_layouts ? COUNT_OF(chances) : 1); chance++)
            cuts += cut_everywhere(&layouts[i], scenario, changes, chances[chance]);
        assert_true(changes > 0 && cuts >= changes);
        print_message("%s, %s: %llu operations, %llu cuts\n", scenario->name, layouts[i].name,
                      (unsigned long long)changes, (unsigned long long)cuts);
    }
}

static void every_cut_leaves_one_image_whole_with_its_settings(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(scenarios); i++)
        try_scenario(&scenarios[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cut_leaves_one_image_whole_with_its_settings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
