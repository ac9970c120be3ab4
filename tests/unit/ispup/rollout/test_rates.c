/* SPDX-License-Identifier: Apache-2.0 */
/* How uploads share the rates: by equal parts, as many as are under way. */
#include "ispup/rollout/rates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { CAMERAS = 5, UNLIMITED = 0 };

/* `sites`: one letter for each camera: its site, `-` for none, upper case while it uploads. */
static void make(struct rollout *rollout, uint64_t rate, uint64_t site_rate, const char *sites)
{
    struct error err = ERROR_EMPTY;

    memset(rollout, 0, sizeof(*rollout));
    assert_true(rollout_allocate(rollout, CAMERAS, &err));
    rollout->policy.rate = rate;
    rollout->policy.site_rate = site_rate;
    for (size_t i = 0; i < CAMERAS; i++) {
        struct rollout_camera *camera = &rollout->cameras[i];

        camera->is_uploading = sites[i] < 'a';
        if (sites[i] != '-')
            (void)snprintf(camera->site, sizeof(camera->site), "%c", sites[i] | 0x20);
    }
}

static void uploads_share_what_there_is(void **state)
{
    static const struct {
        uint64_t rate, site_rate;
        const char *sites;
        uint64_t shares[CAMERAS];
    } rows[] = {
        {0, 0, "AAAAA", {UNLIMITED}},
        {1000, 0, "aaaaa", {0}},
        {1000, 0, "Aaaaa", {1000}},
        {1000, 0, "AAaaa", {500, 500}},
        {1000, 0, "-----", {200, 200, 200, 200, 200}},
        {0, 600, "AABaa", {300, 300, 600}},
        {0, 600, "A-Aaa", {300, UNLIMITED, 300}},
        {1000, 600, "AAAaa", {200, 200, 200}},
        {1000, 600, "ABaaa", {500, 500}},
        {1000, 300, "ABaaa", {300, 300}},
        /* What site a leaves over goes to the others. */
        {1000, 300, "AAA-a", {100, 100, 100, 700}},
        {1000, 300, "AAABa", {100, 100, 100, 300}},
        {1000, 300, "AAAB-", {100, 100, 100, 300, 400}},
        {900, 300, "AA--B", {150, 150, 200, 200, 200}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct rollout rollout;
        uint64_t sum = 0;

        make(&rollout, rows[i].rate, rows[i].site_rate, rows[i].sites);
        rates_share(&rollout);
        for (size_t k = 0; k < CAMERAS; k++) {
            if (rollout.cameras[k].rate != rows[i].shares[k])
                fail_msg("row %zu, camera %zu: %zu", i, k, (size_t)rollout.cameras[k].rate);
            sum += rollout.cameras[k].rate;
        }
        assert_true(rows[i].rate == 0 || sum <= rows[i].rate);
        rollout_close(&rollout);
    }
}

static void a_process_reads_what_the_caller_sets_later(void **state)
{
    CLEANUP(rates_close) struct rates rates = RATES_NONE;
    struct error err = ERROR_EMPTY;
    struct rollout rollout;
    int ask[2], answer[2], status;
    char byte = 0;
    pid_t child;

    (void)state;
    make(&rollout, 1000, 0, "AAaaa");
    assert_true(rates_open(&rates, &rollout, &err));
    assert_int_equal(pipe(ask) + pipe(answer), 0);
    rates_set(&rates, &rollout);
    child = fork();
    if (child == 0) {
        bool is_half = atomic_load(rates_of(&rates, 0)) == 500;

        if (write(answer[1], &byte, 1) != 1 || read(ask[0], &byte, 1) != 1)
            _exit(2);
        _exit(is_half && atomic_load(rates_of(&rates, 0)) == 1000 ? 0 : 1);
    }
    assert_int_equal(read(answer[0], &byte, 1), 1);
    rollout.cameras[1].is_uploading = false;
    rates_set(&rates, &rollout);
    assert_int_equal(write(ask[1], &byte, 1), 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    rollout_close(&rollout);
}

static void without_a_rate_there_is_no_memory_for_it(void **state)
{
    CLEANUP(rates_close) struct rates rates = RATES_NONE;
    struct error err = ERROR_EMPTY;
    struct rollout rollout;

    (void)state;
    make(&rollout, 0, 0, "AAaaa");
    assert_true(rates_open(&rates, &rollout, &err));
    assert_null(rates_of(&rates, 0));
    rates_set(&rates, &rollout);
    rollout_close(&rollout);
}

static void no_more_uploads_begin_than_have_enough(void **state)
{
    (void)state;
    assert_int_equal(rates_places(16, 0), 16);
    assert_int_equal(rates_places(16, 1 << 20), 16);
    assert_int_equal(rates_places(16, 4096 * 16), 16);
    assert_int_equal(rates_places(16, 4096 * 16 - 1), 15);
    assert_int_equal(rates_places(16, 4096), 1);
    assert_int_equal(rates_places(16, 1), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uploads_share_what_there_is),
        cmocka_unit_test(a_process_reads_what_the_caller_sets_later),
        cmocka_unit_test(without_a_rate_there_is_no_memory_for_it),
        cmocka_unit_test(no_more_uploads_begin_than_have_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
