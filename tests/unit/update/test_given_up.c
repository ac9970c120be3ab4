/* SPDX-License-Identifier: Apache-2.0 */
/* An update or a rollback that three boots could not finish: an upload alone repairs the camera. */
#include "trial_life.h"
#include "update/install/rollback.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const unsigned one_bank[COMPONENT_COUNT] = {1, 0, 0};
static const unsigned two_banks[COMPONENT_COUNT] = {2, 0, 0};

static void boot_until_given_up(struct simulated_camera *simulated, const char *state)
{
    char line[LIFE_LINE_SIZE];

    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(life_boot_status(simulated, line), 4);
    life_status(simulated, STATUS_ISP_STATE, state);
    life_status(simulated, STATUS_ISP_VERSION, "UNKNOWN");
    life_status_has(simulated, STATUS_ISP_RESULT, "ERROR: given up after 3 boots");
}

/* The only bank could not be written, and there is no copy of what it held. */
static void give_up_writing(struct simulated_camera *simulated)
{
    struct fake_flash *bank = &simulated->banks[COMPONENT_FIRMWARE][0];

    life_begin(simulated, one_bank);
    bank->worn_block = 1;
    bank->erasures_fail = FAKE_FLASH_FOREVER;
    life_refused(simulated, 2, "firmware: fake:00: erasing at 0x200");
    fake_store_drop(&simulated->store, "/data/work/old-2.firmware");
    boot_until_given_up(simulated, "writing");
    bank->erasures_fail = 0;
}

/* The old bank was damaged after the rollback had begun. */
static void give_up_rolling_back(struct simulated_camera *simulated)
{
    struct journal_record record;
    struct error err = ERROR_EMPTY;

    life_begin(simulated, two_banks);
    trial_life_install(simulated, 2);
    assert_true(camera_read_journal(&simulated->camera, &record, &err));
    assert_true(rollback_begin(&simulated->camera, &record, "ERROR: by hand", &err));
    fake_flash_fill(&simulated->banks[COMPONENT_FIRMWARE]
                                     [record.components[COMPONENT_FIRMWARE].running.bank_index],
                    span_text("damaged"));
    boot_until_given_up(simulated, "rolling-back");
}

static void (*const ways[])(struct simulated_camera *simulated) = {give_up_writing,
                                                                   give_up_rolling_back};

static void upload_repairs_what_was_given_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        CLEANUP(simulated_free) struct simulated_camera simulated;

        ways[i](&simulated);
        life_install(&simulated, 3);
        life_status(&simulated, STATUS_ISP_STATE, "restarting");
        life_status(&simulated, STATUS_ISP_PREVIOUS, "");
        life_confirm(&simulated);
        assert_int_equal(simulated_running(&simulated), 3);
        assert_true(simulated_saved(&simulated, "changed"));
        life_status(&simulated, STATUS_ISP_STATE, "confirmed");
        life_status(&simulated, STATUS_ISP_VERSION, "V1.00.03");
        life_install_and_confirm(&simulated, 4);
        life_status(&simulated, STATUS_ISP_PREVIOUS, "V1.00.03");
    }
}

/* After each cut nothing is claimed that would not start, and the same image again repairs it. */
static void cut_anywhere_leaves_another_try(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        bool was_cut = true;

        for (uint64_t change = 1; was_cut; change++) {
            CLEANUP(simulated_free) struct simulated_camera simulated;
            struct error err = ERROR_EMPTY;
            char line[LIFE_LINE_SIZE];

            ways[i](&simulated);
            simulated.power.changes = 0;
            simulated.power.cut_at = change;
            was_cut = !simulated_update(&simulated, 3, &err);
            simulated_power_on(&simulated, change);
            if (simulated_recover(&simulated, line) != 0) {
                life_status(&simulated, STATUS_ISP_VERSION, "UNKNOWN");
                life_install(&simulated, 3);
                life_boot(&simulated);
            }
            assert_int_equal(simulated_running(&simulated), 3);
            life_check_claims(&simulated);
        }
    }
}

/* The record and the files that `recover --retry` needs stay, and nothing restarts. */
static void refused_upload_leaves_what_was_given_up_as_it_was(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        CLEANUP(simulated_free) struct simulated_camera simulated;
        struct error err = ERROR_EMPTY;

        ways[i](&simulated);
        simulated.camera.platform.text[0] =
            '9'; /* the image is for this platform, not for the camera */
        simulated.power.changes = 0;
        assert_false(simulated_update(&simulated, 3, &err));
        assert_int_equal(simulated.power.changes, 0);
        assert_false(simulated.must_restart);
        life_status_has(&simulated, STATUS_ISP_RESULT, "ERROR: given up after 3 boots");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(upload_repairs_what_was_given_up),
        cmocka_unit_test(cut_anywhere_leaves_another_try),
        cmocka_unit_test(refused_upload_leaves_what_was_given_up_as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
