/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a terminal: how far, and how long still. */
#include "ispup/rollout/board.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CAMERAS = 20, BEGUN = 1000000, MINUTE = 60000 };

static void the_time_left_is_that_of_those_that_ended(void **state)
{
    static const struct {
        uint64_t seconds;
        size_t ended, left;
        uint64_t expected;
    } rows[] = {
        {0, 0, 10, 0},    {60, 2, 10, 0}, {60, 3, 9, 180},
        {60, 60, 60, 60}, {60, 3, 0, 0},  {86400, 1000, 1000, 86400},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(board_left(rows[i].seconds, rows[i].ended, rows[i].left),
                         rows[i].expected);
}

/* Draws after that time; returns whether the lines say this. */
static bool says(struct board *board, const struct rollout *rollout, uint64_t now, const char *what)
{
    char *text = NULL;
    size_t size, at;
    FILE *out = open_memstream(&text, &size);
    bool is_there;

    board_tick(board, rollout, now, out);
    (void)fclose(out);
    is_there = span_find(span_text(text), span_text(what), &at);
    free(text);
    return is_there;
}

static void cameras_of_an_earlier_run_say_nothing_of_this_ones_speed(void **state)
{
    CLEANUP(rollout_close) struct rollout rollout = {.wave = 1};
    struct board board = {.is_on = true};
    struct error err = ERROR_EMPTY;

    (void)state;
    policy_reset(&rollout.policy);
    assert_true(rollout_allocate(&rollout, CAMERAS, &err));
    for (size_t i = 0; i < CAMERAS / 2; i++) {
        rollout.cameras[i].state = ROLLOUT_ENDED;
        rollout.cameras[i].outcome.verdict = VERDICT_DONE;
    }
    assert_false(says(&board, &rollout, BEGUN, "left"));
    assert_false(says(&board, &rollout, BEGUN + MINUTE, "left"));
    for (size_t i = CAMERAS / 2; i < CAMERAS / 2 + 5; i++) {
        rollout.cameras[i].state = ROLLOUT_ENDED;
        rollout.cameras[i].outcome.verdict = VERDICT_DONE;
    }
    assert_true(says(&board, &rollout, BEGUN + 2 * MINUTE, "15 of 20, about 2 min left"));
    rollout.wave_end = 1;
    assert_false(says(&board, &rollout, BEGUN + 3 * MINUTE, "left"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_time_left_is_that_of_those_that_ended),
        cmocka_unit_test(cameras_of_an_earlier_run_say_nothing_of_this_ones_speed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
