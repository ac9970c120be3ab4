/* SPDX-License-Identifier: Apache-2.0 */
/* What `ISP_STATUS` says of a camera in each state: always what the journal holds, never a
 * guess. */
#include "update/front/status.h"

#include "base/fd.h"
#include "camera/run_folder.h"
#include "camera_life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { LINE_SIZE = 512 };

static void boot(struct simulated_camera *simulated)
{
    char line[LINE_SIZE];

    simulated_power_on(simulated, 0);
    (void)simulated_recover(simulated, line);
}

static void as_made(struct simulated_camera *simulated)
{
    (void)simulated;
}

static void committed(struct simulated_camera *simulated)
{
    life_install(simulated, 2);
}

static void on_trial(struct simulated_camera *simulated)
{
    life_install(simulated, 2);
    boot(simulated);
}

static void confirmed(struct simulated_camera *simulated)
{
    life_install(simulated, 2);
    life_confirm(simulated);
}

/* Every component is kept, so there is no trial; the previous image stays the previous one. */
static void sent_again(struct simulated_camera *simulated)
{
    confirmed(simulated);
    life_install(simulated, 2);
}

static void rolled_back(struct simulated_camera *simulated)
{
    struct error err = ERROR_EMPTY;

    on_trial(simulated);
    assert_true(simulated_roll_back(simulated, false, &err));
}

static void flash_that_fails(struct simulated_camera *simulated)
{
    struct error err = ERROR_EMPTY;

    for (unsigned bank = 0; bank < 2; bank++)
        simulated->banks[COMPONENT_FIRMWARE][bank].erasures_fail = FAKE_FLASH_FOREVER;
    assert_false(simulated_update(simulated, 2, &err));
}

static void worn_through_three_boots(struct simulated_camera *simulated)
{
    flash_that_fails(simulated);
    fake_store_drop(&simulated->store, "/data/work/old-2.firmware");
    for (unsigned i = 0; i < 4; i++)
        boot(simulated);
}

static void torn_journal(struct simulated_camera *simulated)
{
    fake_store_put(&simulated->store, "/data/work/journal.0", span_text("torn"));
    fake_store_put(&simulated->store, "/data/work/journal.1", span_text("torn"));
}

static void no_work_folder(struct simulated_camera *simulated)
{
    fake_store_drop(&simulated->store, "/data/work");
}

static void rolled_back_and_restarted(struct simulated_camera *simulated)
{
    rolled_back(simulated);
    boot(simulated);
}

static void rolled_back_by_hand(struct simulated_camera *simulated)
{
    struct error err = ERROR_EMPTY;

    confirmed(simulated);
    assert_true(simulated_roll_back(simulated, false, &err));
}

static void killed_before_the_commit(struct simulated_camera *simulated)
{
    struct error err = ERROR_EMPTY;
    struct journal_record record;

    assert_true(camera_read_journal(&simulated->camera, &record, &err));
    record.state = JOURNAL_STAGING;
    record.update = 2;
    record.result[0] = '\0';
    assert_true(camera_write_journal(&simulated->camera, &record, &err));
}

/* Every camera begins with image 1 confirmed, except new cameras. */
static const struct row {
    const char *name;
    unsigned banks;
    bool is_new;
    void (*prepare)(struct simulated_camera *simulated);
    const char *state, *version, *firmware, *previous, *next, *update, *result;
} rows[] = {
    {"new", 2, true, as_made, "idle", "UNKNOWN", "UNKNOWN", "", "", "0", ""},
    {"confirmed", 2, false, as_made, "confirmed", "V1.00.01", "ISP-F-0300-V1.00.01", "", "", "1",
     "OK"},
    {"committed", 2, false, committed, "restarting", "V1.00.01", "ISP-F-0300-V1.00.01", "V1.00.01",
     "V1.00.02", "2", "OK"},
    {"committed, one bank", 1, false, committed, "restarting", "V1.00.01", "ISP-F-0300-V1.00.01",
     "V1.00.01", "V1.00.02", "2", "OK"},
    {"on trial", 2, false, on_trial, "trial", "V1.00.02", "ISP-F-0300-V1.00.02", "V1.00.01", "",
     "2", "OK"},
    {"on trial, one bank", 1, false, on_trial, "trial", "V1.00.02", "ISP-F-0300-V1.00.02",
     "V1.00.01", "", "2", "OK"},
    {"confirmed again", 2, false, confirmed, "confirmed", "V1.00.02", "ISP-F-0300-V1.00.02",
     "V1.00.01", "", "2", "OK"},
    {"sent again", 2, false, sent_again, "confirmed", "V1.00.02", "ISP-F-0300-V1.00.02", "V1.00.01",
     "", "3", "OK"},
    {"rolled back", 2, false, rolled_back, "rolled-back", "V1.00.02", "ISP-F-0300-V1.00.02", "",
     "V1.00.01", "2", "by hand"},
    {"rolled back, restarted", 2, false, rolled_back_and_restarted, "rolled-back", "V1.00.01",
     "ISP-F-0300-V1.00.01", "", "", "2", "by hand"},
    {"rolled back by hand", 2, false, rolled_back_by_hand, "rolled-back", "V1.00.02",
     "ISP-F-0300-V1.00.02", "V1.00.02", "V1.00.01", "2", "by hand"},
    {"spare bank fails", 2, false, flash_that_fails, "failed", "V1.00.01", "ISP-F-0300-V1.00.01",
     "", "", "2", "ERROR: firmware: fake:00: erasing at 0x0"},
    {"only bank fails", 1, false, flash_that_fails, "writing", "UNKNOWN", "UNKNOWN", "", "", "2",
     "ERROR: firmware: fake:00: erasing at 0x0"},
    {"given up", 1, false, worn_through_three_boots, "writing", "UNKNOWN", "UNKNOWN", "", "", "2",
     "ERROR: given up after 3 boots, run ispup-camera recover --retry and mend what it names: "
     "firmware: fake:00: erasing at 0x0"},
    {"killed before the commit", 2, false, killed_before_the_commit, "failed", "V1.00.01",
     "ISP-F-0300-V1.00.01", "", "", "2",
     "ERROR: update was interrupted before its commit: upload it again"},
    {"journal torn", 2, false, torn_journal, "lost", "UNKNOWN", "UNKNOWN", "", "", "0",
     "ERROR: journal lost: run ispup-camera adopt"},
    {"no work folder", 2, false, no_work_folder, "failed", "UNKNOWN", "UNKNOWN", "", "", "0",
     "ERROR: work folder /data/work is not there"},
};

static void check(const struct row *row)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    const unsigned banks[COMPONENT_COUNT] = {row->banks, 0, 0};
    struct status status;

    print_message("%s\n", row->name);
    simulated_make(&simulated, banks, true);
    if (!row->is_new) {
        life_install(&simulated, 1);
        life_confirm(&simulated);
    }
    row->prepare(&simulated);
    status_read(&simulated.camera, &status);
    assert_string_equal(status.values[STATUS_ISP_STATE], row->state);
    assert_string_equal(status.values[STATUS_ISP_VERSION], row->version);
    assert_string_equal(status.values[STATUS_ISP_FIRMWARE], row->firmware);
    assert_string_equal(status.values[STATUS_ISP_PREVIOUS], row->previous);
    assert_string_equal(status.values[STATUS_ISP_NEXT], row->next);
    assert_string_equal(status.values[STATUS_ISP_UPDATE], row->update);
    assert_string_equal(status.values[STATUS_ISP_RESULT], row->result);
    assert_string_equal(status.values[STATUS_ISP_PLATFORM], "0300");
}

static void each_state_is_told_as_the_journal_has_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        check(&rows[i]);
}

/* The power goes before the update that wrote nothing is confirmed. */
static void what_was_kept_has_the_image_before_it_at_every_cut(void **state)
{
    bool is_done = false, was_installed = false;

    (void)state;
    for (unsigned cut = 1; !is_done; cut++) {
        CLEANUP(simulated_free) struct simulated_camera simulated;
        const unsigned banks[COMPONENT_COUNT] = {2, 0, 0};
        struct journal_record record;
        struct error err = ERROR_EMPTY;

        life_begin(&simulated, banks);
        confirmed(&simulated);
        fake_power_on(&simulated.power);
        simulated.power.cut_at = cut;
        is_done = simulated_update(&simulated, 2, &err);
        simulated_power_on(&simulated, 0);
        assert_true(camera_read_journal(&simulated.camera, &record, &err));
        was_installed = was_installed || record.state == JOURNAL_INSTALLED;
        life_status(&simulated, STATUS_ISP_VERSION, "V1.00.02");
        life_status(&simulated, STATUS_ISP_PREVIOUS, "V1.00.01");
    }
    assert_true(was_installed);
}

static void progress_counts_only_while_somebody_holds_the_lock(void **state)
{
    static const char *const words[] = {[RUN_FOLDER_RECEIVING] = "receiving",
                                        [RUN_FOLDER_CHECKING] = "checking",
                                        [RUN_FOLDER_WRITING] = "writing",
                                        [RUN_FOLDER_RESTARTING] = "restarting"};
    CLEANUP(simulated_free) struct simulated_camera simulated;
    CLEANUP(fd_close) int lock = FD_NONE;
    const unsigned banks[COMPONENT_COUNT] = {2, 0, 0};
    struct error err = ERROR_EMPTY;
    const char *run;

    (void)state;
    simulated_make(&simulated, banks, false);
    run = simulated.camera.configuration.run;
    assert_true(run_folder_lock(run, &lock, &err));
    life_status(&simulated, STATUS_ISP_STATE, "idle");
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        run_folder_write_progress(
            run, &(struct run_folder_progress){.stage = (enum run_folder_stage)i, .percent = 5});
        life_status(&simulated, STATUS_ISP_STATE, words[i]);
    }
    fd_close(&lock); /* killed: its last progress is old */
    life_status(&simulated, STATUS_ISP_STATE, "idle");
}

/* The camera's store: a hook in it ends an update as soon as its record has been read. */
struct moving {
    struct store_operations operations; /* first: a pointer to the store is a pointer to this */
    const struct store_operations *still;
    struct simulated_camera *simulated;
    unsigned reads;
};

static bool read_and_move_on(struct store *store, const char *path, uint64_t at, void *data,
                             size_t capacity, size_t *got, struct error *err)
{
    struct moving *moving = (struct moving *)(uintptr_t)store->operations;
    bool read = moving->still->read(store, path, at, data, capacity, got, err);

    if (++moving->reads < 2) /* the journal has two files */
        return read;
    store->operations = moving->still;
    life_install(moving->simulated, 2);
    return read;
}

static void update_that_ends_meanwhile_is_not_told_as_failed(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    const unsigned banks[COMPONENT_COUNT] = {2, 0, 0};
    struct moving moving = {.simulated = &simulated};
    struct error err = ERROR_EMPTY;

    (void)state;
    simulated_make(&simulated, banks, false);
    life_install(&simulated, 1);
    life_confirm(&simulated);
    fake_power_on(&simulated.power);
    simulated.power.cut_at = 8; /* within the bytes for the spare bank */
    assert_false(simulated_update(&simulated, 2, &err));
    simulated_power_on(&simulated, 0);
    life_status(&simulated, STATUS_ISP_STATE, "failed");
    moving.still = simulated.store.store.operations;
    moving.operations = *moving.still;
    moving.operations.read = read_and_move_on;
    simulated.store.store.operations = &moving.operations;
    life_status(&simulated, STATUS_ISP_STATE, "restarting");
    assert_int_equal(moving.reads, 2);
}

static void image_digest_is_that_of_what_runs(void **state)
{
    CLEANUP(simulated_free) struct simulated_camera simulated;
    const unsigned banks[COMPONENT_COUNT] = {2, 0, 0};
    struct status before, after;

    (void)state;
    simulated_make(&simulated, banks, false);
    life_install(&simulated, 1);
    life_confirm(&simulated);
    status_read(&simulated.camera, &before);
    assert_string_equal(before.values[STATUS_ISP_IMAGE_SHA256],
                        before.values[STATUS_ISP_UPDATE_SHA256]);
    rolled_back_and_restarted(&simulated);
    status_read(&simulated.camera, &after);
    assert_string_equal(after.values[STATUS_ISP_IMAGE_SHA256],
                        before.values[STATUS_ISP_IMAGE_SHA256]);
    assert_string_not_equal(after.values[STATUS_ISP_UPDATE_SHA256],
                            after.values[STATUS_ISP_IMAGE_SHA256]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_state_is_told_as_the_journal_has_it),
        cmocka_unit_test(what_was_kept_has_the_image_before_it_at_every_cut),
        cmocka_unit_test(progress_counts_only_while_somebody_holds_the_lock),
        cmocka_unit_test(update_that_ends_meanwhile_is_not_told_as_failed),
        cmocka_unit_test(image_digest_is_that_of_what_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
