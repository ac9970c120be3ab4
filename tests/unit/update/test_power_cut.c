/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power goes at every operation of everything that changes a camera's flash, and again at every
 * operation of the `recover` that follows. After each cut the camera has one whole image with its
 * settings, and the next update works. docs/flash.md has a table of these runs.
 */
#include "camera_life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LINE_SIZE = 512, BOOTS = 8 };

/* The layouts of the tested cameras. */
static const struct layout {
    const char *name;
    unsigned banks[COMPONENT_COUNT];
    bool has_settings;
    unsigned loaders; /* a bit for each component whose banks a loader writes */
    unsigned files;   /* a bit for each component whose banks are files */
    unsigned volumes; /* a bit for each component whose banks are volumes of UBI */
    bool rewrites;    /* blocks whose change only clears bits are not erased */
} layouts[] = {
    {"two banks", {2, 0, 0}, .has_settings = false},
    {"one bank", {1, 0, 0}, .has_settings = false},
    {"two banks, settings", {2, 0, 0}, .has_settings = true},
    {"one bank, settings", {1, 0, 0}, .has_settings = true},
    {"two and one, settings", {2, 1, 0}, .has_settings = true},
    {"two and one and one, settings", {2, 1, 1}, .has_settings = true},
    {"three times two, settings", {2, 2, 2}, .has_settings = true},
    {"three times one, settings", {1, 1, 1}, .has_settings = true},
    {"a loader, settings", {1, 0, 0}, .has_settings = true, .loaders = 1},
    {"two loaders, settings", {2, 0, 0}, .has_settings = true, .loaders = 1},
    {"two banks, a loader, one bank, settings", {2, 1, 1}, .has_settings = true, .loaders = 2},
    {"a file, settings", {1, 0, 0}, .has_settings = true, .files = 1},
    {"two files, one file, settings", {2, 1, 0}, .has_settings = true, .files = 3},
    {"a volume, settings", {1, 0, 0}, .has_settings = true, .volumes = 1},
    {"two volumes, a volume, settings", {2, 1, 0}, .has_settings = true, .volumes = 3},
    {"two banks, rewrite", {2, 0, 0}, .rewrites = true},
    {"one bank, rewrite", {1, 0, 0}, .rewrites = true},
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

static bool confirm(struct simulated_camera *simulated, struct error *err)
{
    return simulated_trial(simulated, err);
}

static bool boot_once_more(struct simulated_camera *simulated, struct error *err)
{
    char line[LINE_SIZE];

    (void)err;
    return simulated_recover(simulated, line) == 0;
}

/* The state before the cut. In all but the first two, image 1 is confirmed and its settings say
 * "factory". */
enum start {
    START_NEW,           /* nothing was ever installed; the live settings say "factory" */
    START_BLANK,         /* the same, and a factory has adopted the blank banks */
    START_AT_1,          /* the live settings say "changed" */
    START_FACTORY_AT_1,  /* the same, but a factory has put image 1 there; the spare banks are blank
                          */
    START_AT_2,          /* image 2 is confirmed, its settings say "changed" */
    START_AT_2_ON_TRIAL, /* the same, in its first boot */
    START_AT_2_TWICE,    /* the same, power was cycled twice without a confirmation */
    START_WRITING_TWICE, /* image 2 is committed, its staged file is lost, two boots tried it */
};

/* The act that is cut, and what the camera may hold afterwards: image 0 means none, settings
 * NULL mean none. */
static const struct scenario {
    const char *name;
    enum start start;
    bool (*act)(struct simulated_camera *simulated, struct error *err);
    unsigned before, after; /* images */
    const char *settings_before, *settings_after;
    bool needs_one_bank; /* a component that has no spare bank */
    unsigned chances;    /* how many ways there are to lose what is not synced */
} scenarios[] = {
    {"first update", START_NEW, update_to_1, 0, 1, NULL, "factory", false, 1},
    {"first update, blank", START_BLANK, update_to_1, 0, 1, NULL, "factory", false, 1},
    {"update", START_AT_1, update_to_2, 1, 2, "factory", "changed", false, 3},
    {"update, blank", START_FACTORY_AT_1, update_to_2, 1, 2, "factory", "changed", false, 1},
    {"confirm", START_AT_2_ON_TRIAL, confirm, 1, 2, "factory", "changed", false, 3},
    {"the same image", START_AT_1, update_to_1, 1, 1, "factory", "changed", false, 1},
    {"downgrade", START_AT_2, update_to_1, 2, 1, "changed", "changed", false, 1},
    {"failed probe", START_AT_2_ON_TRIAL, roll_back, 2, 1, "changed", "factory", false, 1},
    {"third boot", START_AT_2_TWICE, boot_once_more, 1, 1, "factory", "factory", false, 1},
    {"third try", START_WRITING_TWICE, boot_once_more, 1, 1, "factory", "factory", true, 1},
    {"rollback", START_AT_2, roll_back, 2, 1, "changed", "changed", false, 3},
    {"rollback --settings", START_AT_2, roll_back_with_settings, 2, 1, "changed", "factory", false,
     1},
};

struct cut {
    uint64_t act;     /* the change of the act at which the power goes; 0: none */
    uint64_t recover; /* the change of the `recover` that follows; 0: none */
    uint64_t chance;  /* which bytes that are not synced reach the medium */
};

/* What happened in a run. */
struct met {
    uint64_t changes; /* in the part that the cut was planned for */
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
        life_check_claims(simulated);
        assert_true(simulated_trial(simulated, &err));
        return;
    }
    fail_msg("no boot came through");
}

static void install_and_confirm(struct simulated_camera *simulated, unsigned number)
{
    const struct cut none = {0};
    struct met met = {0};

    life_install(simulated, number);
    boot_until_confirmed(simulated, &none, &met);
    assert_int_equal(simulated_running(simulated), number);
}

static bool has(unsigned components, enum component which)
{
    return (components >> which & 1) != 0;
}

static void choose_devices(struct simulated_camera *simulated, const struct layout *layout)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        for (unsigned bank = 0; bank < layout->banks[which]; bank++) {
            struct fake_flash *fake = &simulated->banks[which][bank];

            if (has(layout->loaders, which))
                fake_flash_take_only_whole(fake, false);
            if (has(layout->files, which))
                fake_flash_buffer(fake);
            if (has(layout->volumes, which))
                fake_flash_be_volume(fake);
            if (layout->rewrites)
                fake_flash_allow_clear(fake);
        }
}

static bool first_with_one_bank(const struct layout *layout, enum component *which)
{
    for (*which = 0; *which < COMPONENT_COUNT; (*which)++)
        if (layout->banks[*which] == 1)
            return true;
    return false;
}

/* The update's own tries fail (an image as a whole is not written twice); then the file that the
 * next tries need is gone. */
static void write_in_vain(struct simulated_camera *simulated, const struct layout *layout)
{
    struct error err = ERROR_EMPTY;
    enum component which;
    char line[LINE_SIZE];
    char path[64];
    bool is_loader;

    assert_true(first_with_one_bank(layout, &which));
    is_loader = has(layout->loaders, which);
    simulated->banks[which][0].erasures_fail = is_loader || layout->volumes != 0 ? 1 : 2;
    assert_false(simulated_update(simulated, 2, &err));
    (void)snprintf(path, sizeof(path), "/data/work/%s-2.%s", is_loader ? "old" : "staged",
                   component_name(which));
    fake_store_drop(&simulated->store, path);
    for (unsigned i = 0; i < 2; i++) {
        simulated_power_on(simulated, 0);
        assert_int_equal(simulated_recover(simulated, line), 4);
    }
    simulated_power_on(simulated, 0);
}

static void fill_first_banks(struct simulated_camera *simulated, const struct layout *layout)
{
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        if (layout->banks[which] > 0)
            fake_flash_fill(&simulated->banks[which][0], simulated_component(which, 1));
}

static void begin(struct simulated_camera *simulated, const struct layout *layout, enum start start)
{
    bool is_new = start == START_NEW || start == START_BLANK;
    struct error err = ERROR_EMPTY;

    simulated_make(simulated, layout->banks, layout->has_settings);
    choose_devices(simulated, layout);
    if (start == START_FACTORY_AT_1)
        fill_first_banks(simulated, layout);
    if (start == START_BLANK || start == START_FACTORY_AT_1)
        assert_true(simulated_adopt(simulated, &err));
    if (!is_new && start != START_FACTORY_AT_1)
        install_and_confirm(simulated, 1);
    if (!is_new && layout->has_settings)
        simulated_set_live(simulated, "changed");
    if (start == START_AT_2)
        install_and_confirm(simulated, 2);
    if (start == START_AT_2_ON_TRIAL || start == START_AT_2_TWICE) {
        life_install(simulated, 2);
        life_boot(simulated);
    }
    if (start == START_AT_2_TWICE) {
        life_boot(simulated);
        simulated_power_on(simulated, 0);
    }
    if (start == START_WRITING_TWICE)
        write_in_vain(simulated, layout);
    fake_power_on(&simulated->power);
}

static bool has_saved(struct simulated_camera *simulated, const struct layout *layout,
                      const char *text)
{
    return !layout->has_settings || text == NULL || simulated_saved(simulated, text);
}

static void check(struct simulated_camera *simulated, const struct layout *layout,
                  const struct scenario *scenario, bool must_be_after)
{
    unsigned running = simulated_running(simulated);
    bool before =
        running == scenario->before && has_saved(simulated, layout, scenario->settings_before);
    bool after =
        running == scenario->after && has_saved(simulated, layout, scenario->settings_after);

    assert_true(after || (before && !must_be_after));
}

/* A bank that was being written when the power went is no target of a rollback, and none of its
 * blocks counts as written when the same update is sent again. */
static void check_spare_banks(struct simulated_camera *simulated, const struct scenario *scenario)
{
    const struct cut none = {0};
    struct error err = ERROR_EMPTY;
    struct met met = {0};

    if (scenario->act == update_to_1 || scenario->act == update_to_2)
        install_and_confirm(simulated, scenario->after);
    /* Before image 1 there was the factory's image, which is not one of the test's. */
    if (scenario->before != 0 && scenario->before != scenario->after &&
        simulated_roll_back(simulated, false, &err))
        assert_true(simulated_running(simulated) != 0);
    boot_until_confirmed(simulated, &none, &met);
    assert_true(simulated_running(simulated) != 0);
}

/* The life of one camera: the steps before, the act with its cuts, the update to image 3. */
static struct met live(const struct layout *layout, const struct scenario *scenario,
                       const struct cut *cut)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    const struct fake_flash *banks = simulated.banks[COMPONENT_FIRMWARE];
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
    if (cut->act == 0)
        assert_int_equal(banks[0].cleared + banks[1].cleared > 0, layout->rewrites);
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

static bool is_tried(const struct scenario *scenario, const struct layout *layout)
{
    enum component which;

    if (scenario->start == START_FACTORY_AT_1 && layout->loaders != 0)
        return false; /* what a loader holds cannot be adopted without an image */
    return !scenario->needs_one_bank || first_with_one_bank(layout, &which);
}

static void try_scenario(const struct scenario *scenario)
{
    static const uint64_t chances[] = {0, UINT64_C(0x5bd1e9955bd1e995), UINT64_MAX};
    const struct cut none = {0};

    for (size_t i = 0; i < COUNT_OF(layouts); i++) {
        uint64_t changes;
        uint64_t cuts = 0;

        if (!is_tried(scenario, &layouts[i]))
            continue;
        changes = live(&layouts[i], scenario, &none).changes;
        for (size_t chance = 0; chance < scenario->chances; chance++)
            cuts += cut_everywhere(&layouts[i], scenario, changes, chances[chance]);
        assert_true(changes > 0 && cuts >= changes);
        print_message("%s, %s: %llu operations, %llu cuts\n", scenario->name, layouts[i].name,
                      (unsigned long long)changes, (unsigned long long)cuts);
    }
}

static void every_cut_leaves_one_image_whole_with_its_settings(void **state)
{
    try_scenario(*state);
}

/* `test_update_power_cut SCENARIO`. */
int main(int argc, char **argv)
{
    int failed = 1;

    for (size_t i = 0; i < COUNT_OF(scenarios); i++) {
        const struct CMUnitTest test = {
            .name = scenarios[i].name,
            .test_func = every_cut_leaves_one_image_whole_with_its_settings,
            .initial_state = (void *)(uintptr_t)&scenarios[i],
        };

        if (argc == 2 && strcmp(argv[1], scenarios[i].name) == 0)
            failed = _cmocka_run_group_tests("power cuts", &test, 1, NULL, NULL);
    }
    return failed;
}
