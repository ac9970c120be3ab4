/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ispup/push/display_screen.h"

#include <stdlib.h>
#include <string.h>

enum { CAMERAS = 5, MIB = 1024 * 1024 };

static struct target targets[CAMERAS];
static struct display_row rows[CAMERAS];
static struct display display;
static char *shown;
static size_t shown_size;

static int set_up(void **state)
{
    (void)state;
    memset(rows, 0, sizeof(rows));
    for (size_t i = 0; i < CAMERAS; i++) {
        (void)snprintf(targets[i].label, sizeof(targets[i].label), "camera-%zu", i);
        rows[i].target = &targets[i];
        rows[i].is_begun = true;
    }
    /* Not a terminal: its size is never asked for, it is what the test sets. */
    display = (struct display){.style = &display_screen,
                               .fd = -1,
                               .out = open_memstream(&shown, &shown_size),
                               .rows = rows,
                               .count = CAMERAS,
                               .lines = 24,
                               .columns = 80};
    return display.out == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    (void)fclose(display.out);
    free(shown);
    return 0;
}

/* 1 of 4 MiB in 2 seconds: 512 KiB a second, 6 more seconds. */
static void upload(struct display_row *row)
{
    row->last = (struct event){.stage = STAGE_UPLOADING, .percent = 25, .sent = MIB};
    row->last.size = UINT64_C(4) * MIB;
    row->upload_at = 1000;
}

static void says(size_t columns, uint64_t now, const char *expected)
{
    char text[DISPLAY_LINE_SIZE];

    display.columns = columns;
    display_screen_line(&display, 0, now, text);
    assert_string_equal(text, expected);
}

static void an_upload_has_bar_percent_rate_and_time_left(void **state)
{
    (void)state;
    upload(&rows[0]);
    says(80, 3000,
         "camera-0               uploading  [#####...............]  25%   512 KiB/s  0:06");
    rows[0].last.percent = 100;
    rows[0].last.sent = rows[0].last.size;
    says(80, 3000,
         "camera-0               uploading  [####################] 100%  2048 KiB/s  0:00");
    rows[0].last.percent = 0;
    rows[0].last.sent = 4096;
    says(80, 3000,
         "camera-0               uploading  [....................]   0%     2 KiB/s 34:06");
}

static void no_rate_is_made_up_before_a_byte_or_a_moment(void **state)
{
    (void)state;
    upload(&rows[0]);
    says(80, 1000, "camera-0               uploading  [#####...............]  25%");
    rows[0].last.sent = 0;
    says(80, 3000, "camera-0               uploading  [#####...............]  25%");
}

static void writing_has_a_bar_and_no_rate_and_the_others_have_neither(void **state)
{
    (void)state;
    upload(&rows[0]);
    rows[0].last.stage = STAGE_WRITING;
    rows[0].last.percent = 50;
    says(80, 3000, "camera-0               writing    [##########..........]  50%");
    rows[0].last.percent = 4000;
    says(80, 3000, "camera-0               writing    [####################] 100%");
    rows[0].last.stage = STAGE_TRIAL;
    says(80, 3000, "camera-0               trial      ");
}

static void what_is_waited_for_is_shown_as_far_as_it_fits(void **state)
{
    (void)state;
    rows[0].last = (struct event){.stage = STAGE_TRIAL, .text = "still on trial, waits 4:58"};
    says(80, 3000, "camera-0               trial      still on trial, waits 4:58");
    says(48, 3000, "camera-0               trial      still on tria");
    rows[0].last.stage = STAGE_CHECKING; /* a note */
    says(80, 3000, "camera-0               checking   ");
}

static void narrower_than_the_terminal_and_no_number_cut(void **state)
{
    char text[DISPLAY_LINE_SIZE];

    (void)state;
    upload(&rows[0]);
    for (display.columns = 24; display.columns < 200; display.columns++) {
        display_screen_line(&display, 0, 3000, text);
        assert_true(strlen(text) < display.columns);
        assert_non_null(strstr(text, "uploading"));
        assert_non_null(strstr(text, " 25%"));
    }
    says(70, 3000, "camera-0               uploading  [##........]  25%   512 KiB/s  0:06");
    says(60, 3000, "camera-0               uploading   25%   512 KiB/s  0:06");
    says(50, 3000, "camera-0               uploading   25%  0:06");
    says(24, 3000, "camera- uploading   25%");
}

static void long_names_are_cut_at_their_end_if_there_is_no_room(void **state)
{
    static const char name[] = "building-7-floor-3-camera-01.example.org:8443";

    (void)state;
    upload(&rows[0]);
    memcpy(targets[0].label, name, sizeof(name));
    says(80, 3000,
         "building-7-floor-3-cam uploading  [#####...............]  25%   512 KiB/s  0:06");
    says(120, 3000,
         "building-7-floor-3-camera-01.example.org:8443 uploading  [#####...............]  25%   "
         "512 KiB/s  0:06");
}

static size_t lines_drawn(size_t lines)
{
    size_t count = 0;

    display.lines = lines;
    display_screen_clear(&display);
    (void)fflush(display.out);
    (void)fseek(display.out, 0, SEEK_SET);
    display_screen_draw(&display);
    (void)fflush(display.out);
    for (size_t i = 0; i < shown_size; i++)
        count += shown[i] == '\n';
    assert_int_equal(count, display.drawn);
    return count;
}

static void never_more_lines_than_the_terminal_has_below_the_cursor(void **state)
{
    (void)state;
    assert_int_equal(lines_drawn(6), 5);
    assert_null(strstr(shown, "more"));
    assert_int_equal(lines_drawn(5), 4);
    assert_non_null(strstr(shown, "camera-2"));
    assert_null(strstr(shown, "camera-3"));
    assert_non_null(strstr(shown, "and 2 more"));
    assert_int_equal(lines_drawn(2), 1);
    assert_non_null(strstr(shown, "and 5 more"));
    assert_int_equal(lines_drawn(1), 0);
    rows[0].is_ended = true;
    rows[1].is_begun = false;
    assert_int_equal(lines_drawn(24), 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_upload_has_bar_percent_rate_and_time_left),
        TEST(no_rate_is_made_up_before_a_byte_or_a_moment),
        TEST(writing_has_a_bar_and_no_rate_and_the_others_have_neither),
        TEST(what_is_waited_for_is_shown_as_far_as_it_fits),
        TEST(narrower_than_the_terminal_and_no_number_cut),
        TEST(long_names_are_cut_at_their_end_if_there_is_no_room),
        TEST(never_more_lines_than_the_terminal_has_below_the_cursor),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
