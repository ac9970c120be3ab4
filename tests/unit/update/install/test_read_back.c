/* SPDX-License-Identifier: Apache-2.0 */
/* A medium that stores other bytes than were written is detected before the commit. */
#include "camera_life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static const unsigned one_bank[COMPONENT_COUNT] = {1, 1, 1}, two_banks[COMPONENT_COUNT] = {2, 2, 2};

static void spoil(struct simulated_camera *simulated, const char *piece, uint64_t at)
{
    simulated->store.spoils = piece;
    simulated->store.spoils_at = at;
}

/* `text` comes before and after the path of the file. */
static void expect_refused(struct simulated_camera *simulated, const char *name, uint64_t at,
                           const char *const text[2])
{
    char refusal[ERROR_TEXT_SIZE];

    (void)snprintf(refusal, sizeof(refusal), "%s/data/work/%s%s does not hold what was written",
                   text[0], name, text[1]);
    spoil(simulated, name, at);
    life_refused(simulated, 2, refusal);
    spoil(simulated, NULL, 0);
    assert_int_equal(simulated_running(simulated), 1);
    life_confirm(simulated);
    assert_int_equal(simulated_running(simulated), 1);
    assert_true(simulated_saved(simulated, "factory"));
}

static void a_staged_file_that_reads_otherwise_is_refused(void **state)
{
    static const char *const text[2] = {"", ":"};
    CLEANUP(simulated_free) struct simulated_camera simulated;
    char name[64];

    (void)state;
    life_begin(&simulated, one_bank);
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        (void)snprintf(name, sizeof(name), "staged-2.%s", component_name(which));
        expect_refused(&simulated, name, 0, text);
        expect_refused(&simulated, name, simulated_component(which, 2).size - 1, text);
    }
    life_install_and_confirm(&simulated, 2);
}

/* With two banks, the record that the banks are written comes before the record that commits.
 * Each first replaces the file whose record does not count, then the other file, which may fail. */
static void a_journal_that_reads_otherwise_is_refused(void **state)
{
    static const char *const text[2] = {"journal: ", ""};
    static const struct {
        const unsigned *banks;
        const char *name;
        uint64_t at;
    } rows[] = {
        {one_bank, "journal.1", 0},    {one_bank, "journal.1", 4095},  {two_banks, "journal.1", 0},
        {two_banks, "journal.1", 100}, {two_banks, "journal.0", 4000}, {two_banks, "journal.0", 20},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        CLEANUP(simulated_free) struct simulated_camera simulated;

        life_begin(&simulated, rows[i].banks);
        expect_refused(&simulated, rows[i].name, rows[i].at, text);
        life_install_and_confirm(&simulated, 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_staged_file_that_reads_otherwise_is_refused),
        cmocka_unit_test(a_journal_that_reads_otherwise_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
