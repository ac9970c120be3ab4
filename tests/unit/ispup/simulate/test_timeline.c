/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/simulate/timeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define REQUEST(number, at, request, end)                                                          \
    "[request-" number "]\nat = " at "\ntook = 1\nrequest = " request "\n" end
#define FIELD "field = X-ISP-Account: A\n"
#define LOG "GET /cgi-bin/system?USER=a&PWD=b&SYSTEM_LOG"

/* A camera without X-ISP-Account: asked twice, updated, away for two seconds, asked again. */
static const char vendor[] =
    "format = 1\n" REQUEST("1", "0", "GET /cgi-bin/update?ISP_STATUS", FIELD "end = whole\n")
        REQUEST("2", "10", "GET /cgi-bin/update?USER=a&PWD=b&ISP_STATUS", "end = whole\n")
            REQUEST("3", "20", LOG, "end = whole\nbody = first\n")
                REQUEST("4", "30", LOG, "end = whole\nbody = second\n")
                    REQUEST("5", "1000", "POST /cgi-bin/update?ISP_IMAGE_SAVE",
                            "sent = 9\nsent-took = 1\nend = whole\n")
                        REQUEST("6", "2000", LOG, "end = whole\nbody = writing\n")
                            REQUEST("7", "3000", LOG, "end = refused\n")
                                REQUEST("8", "4000", LOG, "end = refused\n")
                                    REQUEST("9", "5000", LOG, "end = whole\nbody = new\n");

static struct recording recording;
static bool used[RECORDING_LIMIT];

static int read_vendor(void **state)
{
    struct error err = ERROR_EMPTY;

    (void)state;
    memset(used, 0, sizeof(used));
    return recording_parse(span_text(vendor), &recording, &err) ? 0 : -1;
}

static int forget(void **state)
{
    (void)state;
    recording_close(&recording);
    return 0;
}

static const struct recording_entry *ask(const char *target, bool has_field, int64_t passed)
{
    struct timeline_question question = timeline_question(false, span_text(target), has_field);

    return timeline_find(&recording, &question, passed, used);
}

static const char log_target[] = "/cgi-bin/system?USER=x&PWD=other&SYSTEM_LOG";

static void a_request_is_taken_apart(void **state)
{
    struct timeline_question question =
        timeline_question(true, span_text("/cgi-bin/update?USER=a&PWD=b&ISP_STATUS"), false);

    (void)state;
    assert_true(question.is_post);
    assert_true(span_is(question.path, "/cgi-bin/update"));
    assert_true(span_is(question.command, "ISP_STATUS"));
    assert_int_equal(question.account, TIMELINE_QUERY);
    question = timeline_question(false, span_text("/cgi-bin/update?ISP_STATUS"), true);
    assert_int_equal(question.account, TIMELINE_FIELD);
    question = timeline_question(false, span_text("/x"), false);
    assert_int_equal(question.account, TIMELINE_NO_ACCOUNT);
    assert_int_equal(question.command.size, 0);
}

static void before_an_upload_replies_come_in_their_order(void **state)
{
    (void)state;
    assert_ptr_equal(ask(log_target, false, -1), &recording.entries[2]);
    assert_ptr_equal(ask(log_target, false, -1), &recording.entries[2]);
    used[2] = true;
    assert_ptr_equal(ask(log_target, false, -1), &recording.entries[3]);
    used[3] = true;
    assert_ptr_equal(ask(log_target, false, -1), &recording.entries[3]);
}

static void after_it_the_time_decides(void **state)
{
    static const struct {
        int64_t passed;
        size_t entry;
    } cases[] = {{0, 5}, {1000, 5}, {2500, 5}, {3999, 5}, {4000, 8}, {100000, 8}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_ptr_equal(ask(log_target, false, cases[i].passed),
                         &recording.entries[cases[i].entry]);
    /* Asked before the upload only: the last reply stays. */
    assert_ptr_equal(ask("/cgi-bin/update?USER=x&PWD=y&ISP_STATUS", false, 5000),
                     &recording.entries[1]);
}

static void it_is_away_as_long_as_it_was_and_a_little_longer(void **state)
{
    static const struct {
        uint64_t passed, then;
        bool is_away;
    } cases[] = {{0, 0, false},   {1999, 1999, false}, {2000, 0, true},    {4000, 0, true},
                 {5999, 0, true}, {6000, 4000, false}, {9000, 7000, false}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint64_t passed = cases[i].passed;

        assert_int_equal(timeline_is_away(&recording, &passed), cases[i].is_away);
        if (!cases[i].is_away)
            assert_int_equal(passed, cases[i].then);
    }
}

static void it_stays_away_if_it_did_not_come_back(void **state)
{
    uint64_t passed = 1000000;

    (void)state;
    recording.count = 8;
    assert_true(timeline_is_away(&recording, &passed));
}

static void a_camera_that_does_not_know_the_field_ignores_it(void **state)
{
    (void)state;
    assert_ptr_equal(ask("/cgi-bin/update?ISP_STATUS", true, -1), &recording.entries[0]);
    assert_ptr_equal(ask("/cgi-bin/system?SYSTEM_LOG", true, -1), &recording.entries[0]);
}

static void what_was_not_asked_has_no_reply(void **state)
{
    struct timeline_question question =
        timeline_question(true, span_text("/cgi-bin/update?ISP_IMAGE_SAVE"), false);

    (void)state;
    assert_null(ask("/cgi-bin/update?USER=x&PWD=y&OTHER", false, -1));
    assert_null(ask("/cgi-bin/other?USER=x&PWD=y&SYSTEM_LOG", false, -1));
    assert_ptr_equal(timeline_find(&recording, &question, 0, used), &recording.entries[4]);
    question.command = span_text("REBOOT");
    assert_null(timeline_find(&recording, &question, 0, used));
}

static void without_an_upload_it_never_goes_away(void **state)
{
    uint64_t passed = 2500;

    (void)state;
    recording.count = 4;
    assert_null(timeline_upload(&recording));
    assert_false(timeline_is_away(&recording, &passed));
    assert_ptr_equal(ask(log_target, false, 100), &recording.entries[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_request_is_taken_apart, read_vendor, forget),
        cmocka_unit_test_setup_teardown(before_an_upload_replies_come_in_their_order, read_vendor,
                                        forget),
        cmocka_unit_test_setup_teardown(after_it_the_time_decides, read_vendor, forget),
        cmocka_unit_test_setup_teardown(it_is_away_as_long_as_it_was_and_a_little_longer,
                                        read_vendor, forget),
        cmocka_unit_test_setup_teardown(it_stays_away_if_it_did_not_come_back, read_vendor, forget),
        cmocka_unit_test_setup_teardown(a_camera_that_does_not_know_the_field_ignores_it,
                                        read_vendor, forget),
        cmocka_unit_test_setup_teardown(what_was_not_asked_has_no_reply, read_vendor, forget),
        cmocka_unit_test_setup_teardown(without_an_upload_it_never_goes_away, read_vendor, forget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
