/* SPDX-License-Identifier: Apache-2.0 */
/* What is done with an action, what an outcome becomes, and when the next try comes. */
#include "ispup/gateway/cache.h"
#include "ispup/gateway/contact.h"
#include "ispup/gateway/decision.h"
#include "ispup/gateway/fetch.h"
#include "ispup/gateway/outbox.h"
#include "ispup/gateway/report.h"
#include "ispup/gateway/server.h"

#include "between.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* All is well: each row changes one thing. */
#define WELL                                                                                       \
    .is_known = true, .images = 1, .download = DDI_FORCED, .update = DDI_FORCED,                   \
    .artifact = DECISION_ARTIFACT_READY, .has_place = true

static void decides_by_the_first_thing_that_prevents_it(void **state)
{
    static const struct {
        struct decision_facts facts;
        enum decision decision;
        const char *word;
    } rows[] = {
        {{WELL}, DECISION_SEND, "now"},
        {{WELL, .is_stopped = true, .is_early = true}, DECISION_WAIT, "other-camera"},
        {{WELL}, DECISION_SEND, "now"},
        {{WELL, .is_window_closed = true}, DECISION_WAIT, "maintenance-window"},
        {{WELL, .is_local_window_closed = true}, DECISION_SEND, "now"},
        {{WELL, .is_early = true}, DECISION_WAIT, "later"},
        {{.images = 1, .has_place = true}, DECISION_WAIT, "not-known"},
        {{.is_known = true, .images = 0}, DECISION_FAIL, "no-image"},
        {{.is_known = true, .images = 2}, DECISION_FAIL, "several-images"},
        {{.is_known = true, .images = 1, .download = DDI_SKIP}, DECISION_WAIT, "download-skip"},
        {{.is_known = true, .images = 1, .download = DDI_ATTEMPT}, DECISION_DOWNLOAD, "download"},
        {{.is_known = true, .images = 1, .download = DDI_FORCED, .is_window_closed = true},
         DECISION_DOWNLOAD,
         "download"},
        {{.is_known = true, .images = 1, .artifact = DECISION_ARTIFACT_LOST},
         DECISION_FAIL,
         "artifact"},
        {{.is_known = true, .images = 1, .artifact = DECISION_ARTIFACT_BAD},
         DECISION_FAIL,
         "bad-image"},
        {{.is_known = true,
          .images = 1,
          .artifact = DECISION_ARTIFACT_READY,
          .download = DDI_SKIP,
          .update = DDI_FORCED,
          .has_place = true},
         DECISION_SEND,
         "now"},
        {{.is_known = true,
          .images = 1,
          .artifact = DECISION_ARTIFACT_READY,
          .update = DDI_SKIP,
          .has_place = true},
         DECISION_WAIT,
         "update-skip"},
        {{.is_known = true,
          .images = 1,
          .artifact = DECISION_ARTIFACT_READY,
          .update = DDI_ATTEMPT,
          .is_local_window_closed = true,
          .has_place = true},
         DECISION_WAIT,
         "window"},
        {{.is_known = true, .images = 1, .artifact = DECISION_ARTIFACT_READY, .update = DDI_FORCED},
         DECISION_WAIT,
         "place"},
    };
    enum decision_why why;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(decision_make(&rows[i].facts, &why), rows[i].decision);
        assert_string_equal(decision_word(why), rows[i].word);
    }
}

static void cancels_only_what_was_not_sent(void **state)
{
    (void)state;
    assert_int_equal(decision_cancel(false, false), DECISION_CANCEL_ACCEPT);
    assert_int_equal(decision_cancel(false, true), DECISION_CANCEL_ACCEPT);
    assert_int_equal(decision_cancel(true, false), DECISION_CANCEL_LATE);
    assert_int_equal(decision_cancel(true, true), DECISION_CANCEL_ENDED);
}

static void success_only_for_done_and_already(void **state)
{
    struct report_facts facts;
    enum feedback_code code;

    (void)state;
    for (int sent = 0; sent < 2; sent++)
        for (enum verdict verdict = 0; verdict < VERDICT_COUNT; verdict++)
            for (enum verdict_reason reason = 0; reason < REASON_COUNT; reason++)
                for (int late = 0; late < 2; late++) {
                    bool is_success;

                    facts = (struct report_facts){.was_sent = sent == 1,
                                                  .verdict = verdict,
                                                  .reason = reason,
                                                  .is_late = late == 1};
                    is_success = report_decide(&facts, &code) == REPORT_SUCCESS;
                    assert_int_equal(is_success,
                                     verdict == VERDICT_DONE || verdict == VERDICT_ALREADY);
                }
}

/* After a byte was sent, no step leads to another push. */
static void nothing_that_was_sent_is_tried_again(void **state)
{
    struct report_facts facts;
    enum feedback_code code;

    (void)state;
    for (enum verdict verdict = 0; verdict < VERDICT_COUNT; verdict++)
        for (enum verdict_reason reason = 0; reason < REASON_COUNT; reason++) {
            enum report_step step;

            facts = (struct report_facts){.was_sent = true, .verdict = verdict, .reason = reason};
            step = report_decide(&facts, &code);
            assert_true(step == REPORT_ASK || step == REPORT_SUCCESS || step == REPORT_FAILURE);
        }
}

static void each_outcome_has_its_step_and_code(void **state)
{
    static const struct {
        struct report_facts facts;
        enum report_step step;
        enum feedback_code code;
    } rows[] = {
        {{true, VERDICT_DONE, REASON_CONFIRMED, 0, false}, REPORT_SUCCESS, FEEDBACK_DONE},
        {{false, VERDICT_ALREADY, REASON_RUNS_IMAGE, 0, false}, REPORT_SUCCESS, FEEDBACK_DONE},
        {{true, VERDICT_NOT_DONE, REASON_ROLLED_BACK, 0, false}, REPORT_FAILURE, FEEDBACK_FAILED},
        {{true, VERDICT_NOT_DONE, REASON_NO_TRACE, 0, false}, REPORT_FAILURE, FEEDBACK_FAILED},
        {{true, VERDICT_UNKNOWN, REASON_SILENT, 0, false}, REPORT_ASK, FEEDBACK_UNKNOWN},
        {{true, VERDICT_UNKNOWN, REASON_SILENT, 0, true}, REPORT_FAILURE, FEEDBACK_UNKNOWN},
        {{false, VERDICT_UNKNOWN, REASON_LOG_UNPROVEN, 0, false}, REPORT_ASK, FEEDBACK_UNKNOWN},
        {{false, VERDICT_NOT_DONE, REASON_UNREACHABLE, 99, false}, REPORT_LATER, FEEDBACK_UNSENT},
        {{false, VERDICT_NOT_DONE, REASON_INTERRUPTED, 0, false}, REPORT_AT_ONCE, FEEDBACK_UNSENT},
        {{false, VERDICT_NOT_DONE, REASON_NO_FORM, 0, false}, REPORT_TRY, FEEDBACK_UNSENT},
        {{false, VERDICT_NOT_DONE, REASON_NO_FORM, 4, false}, REPORT_FAILURE, FEEDBACK_UNSENT},
        {{false, VERDICT_NOT_DONE, REASON_OLDER, 0, false}, REPORT_FAILURE, FEEDBACK_UNSENT},
    };
    enum feedback_code code;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(report_decide(&rows[i].facts, &code), rows[i].step);
        assert_int_equal(code, rows[i].code);
    }
}

static void unknown_says_that_it_did_not_fail(void **state)
{
    struct outcome outcome = {.why = "it does not answer", .id = "7"};
    struct feedback feedback;

    (void)state;
    report_close(&outcome, "silent", REPORT_FAILURE, FEEDBACK_UNKNOWN, &feedback);
    assert_int_equal(feedback.execution, FEEDBACK_CLOSED);
    assert_int_equal(feedback.finished, FEEDBACK_FAILURE);
    assert_ptr_equal(strstr(feedback.details[0], "unknown, not failed"), feedback.details[0]);
    report_close(&outcome, "rolled-back", REPORT_FAILURE, FEEDBACK_FAILED, &feedback);
    assert_string_equal(feedback.details[0], "rolled-back: it does not answer");
}

static void each_answer_to_feedback_has_its_consequence(void **state)
{
    static const struct {
        long status;
        bool is_final;
        enum outbox_next next;
    } rows[] = {
        {200, true, OUTBOX_DONE},  {201, false, OUTBOX_DONE},  {0, true, OUTBOX_HOLD},
        {301, true, OUTBOX_HOLD},  {401, true, OUTBOX_DENIED}, {404, true, OUTBOX_DROP},
        {410, false, OUTBOX_DROP}, {409, true, OUTBOX_AGAIN},  {409, false, OUTBOX_AGAIN},
        {429, false, OUTBOX_HOLD}, {500, true, OUTBOX_HOLD},   {503, false, OUTBOX_HOLD},
        {403, true, OUTBOX_AGAIN}, {403, false, OUTBOX_DROP},  {405, false, OUTBOX_DROP},
        {400, true, OUTBOX_AGAIN},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(outbox_decide(rows[i].status, rows[i].is_final), rows[i].next);
}

static void waits_a_second_up_to_five_minutes_or_as_told(void **state)
{
    (void)state;
    for (uint64_t random = 0; random < 100000; random += 97) {
        assert_between(outbox_delay(0, 0, random), 750, 1250);
        assert_between(outbox_delay(3, 0, random), 6000, 10000);
        assert_between(outbox_delay(99, 0, random), 225000, 375000);
        assert_int_equal(outbox_delay(0, 120, random), 120000);
        assert_int_equal(outbox_delay(0, UINT64_MAX, random), 3600000);
        assert_between(server_poll_delay(0, 300, random), 240000, 360000);
        assert_between(server_poll_delay(0, 0, random), 240000, 360000);
        assert_between(server_poll_delay(0, 1, random), 4000, 6000);
        assert_between(server_poll_delay(0, UINT64_MAX, random), 69120000, 103680000);
        assert_between(server_poll_delay(1, 300, random), 800, 1200);
    }
}

static void a_download_begins_whole_again_if_the_part_does_not_fit(void **state)
{
    static const struct {
        long status;
        uint64_t from;
        enum cache_end end;
    } rows[] = {
        {200, 0, CACHE_READY},  {200, 10, CACHE_READY},   {206, 10, CACHE_READY},
        {206, 0, CACHE_LATER},  {412, 10, CACHE_WHOLE},   {416, 10, CACHE_WHOLE},
        {416, 0, CACHE_LATER},  {302, 0, CACHE_REDIRECT}, {307, 10, CACHE_REDIRECT},
        {401, 0, CACHE_DENIED}, {404, 0, CACHE_LOST},     {410, 0, CACHE_LOST},
        {503, 0, CACHE_LATER},  {0, 0, CACHE_LATER},      {204, 0, CACHE_LATER},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(cache_decide(rows[i].status, rows[i].from), rows[i].end);
}

static void the_token_goes_to_the_own_origin_only(void **state)
{
    static const struct {
        const char *download, *download_http, *chosen;
        bool has_token;
    } rows[] = {
        {"https://h/a", "http://h/a", "https://h/a", true},
        {"https://cdn/a", "", "https://cdn/a", false},
        {"https://h:8443/a", "", "https://h:8443/a", false},
        {"", "http://127.0.0.1:9/a", "http://127.0.0.1:9/a", false},
        {"", "http://cdn/a", NULL, false},
        {"ftp://h/a", "", NULL, false},
        {"", "", NULL, false},
        {"https://h@evil/a", "", NULL, false},
    };
    struct setup setup = {.is_insecure = false};
    struct error err = ERROR_EMPTY;
    struct span rest;

    (void)state;
    assert_true(origin_parse(span_text("https://h"), &setup.origin, &rest, &err));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct ddi_artifact artifact = {.size = 1};
        const char *url = NULL;
        bool has_token = false, is_found;

        (void)snprintf(artifact.download, sizeof(artifact.download), "%s", rows[i].download);
        (void)snprintf(artifact.download_http, sizeof(artifact.download_http), "%s",
                       rows[i].download_http);
        is_found = fetch_choose_url(&setup, &artifact, &url, &has_token, &err);
        assert_int_equal(is_found, rows[i].chosen != NULL);
        if (!is_found)
            continue;
        assert_string_equal(url, rows[i].chosen);
        assert_int_equal(has_token, rows[i].has_token);
    }
}

static void an_id_is_pinned_at_first_contact(void **state)
{
    /* The first showed a record, the last two never. */
    static struct device devices[4] = {
        {.camera = "a", .id = "1", .is_pinned = true, .has_record = true},
        {.camera = "b"},
        {.camera = "c", .is_pinned = true},
        {.camera = "d", .id = "00:01", .is_pinned = true},
    };
    static const struct {
        size_t device;
        const char *id;
        bool is_of_record;
        enum contact_id which;
    } rows[] = {
        {0, "1", true, CONTACT_SAME},       {0, "2", true, CONTACT_OTHER},
        {0, "", true, CONTACT_NO_ID},       {0, "", false, CONTACT_NO_ID},
        {0, "00:02", false, CONTACT_NO_ID}, {0, "1", false, CONTACT_SAME},
        {1, "2", true, CONTACT_FIRST},      {1, "1", true, CONTACT_TWIN},
        {1, "", false, CONTACT_FIRST},      {2, "", false, CONTACT_SAME},
        {2, "3", true, CONTACT_FIRST},      {3, "00:01", false, CONTACT_SAME},
        {3, "00:02", false, CONTACT_OTHER}, {3, "4", true, CONTACT_OTHER},
        {3, "", false, CONTACT_NO_ID},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(contact_compare(devices, COUNT_OF(devices), &devices[rows[i].device],
                                         rows[i].id, rows[i].is_of_record),
                         rows[i].which);
}

static void an_image_is_chosen_by_platform_among_all_chunks(void **state)
{
    static struct ddi_artifact artifacts[] = {
        {.file_name = "notes.txt", .sha256 = "1"},
        {.file_name = "ISP-U-0400-V1.00.00.bin", .sha256 = "2"},
        {.file_name = "ISP-U-0300-V1.00.00.bin", .sha256 = "3"},
        {.file_name = "ISP-U-0300-V1.00.00.bin", .sha256 = "3"},
        {.file_name = "ISP-U-0400-V1.01.00.bin", .sha256 = "4"},
    };
    const struct ddi_deployment deployment = {.artifacts = artifacts, .count = 5};
    const struct ddi_artifact *artifact;

    (void)state;
    assert_int_equal(device_choose_artifact(&deployment, "0300", &artifact), 1);
    assert_ptr_equal(artifact, &artifacts[2]);
    assert_int_equal(device_choose_artifact(&deployment, "0400", &artifact), 2);
    assert_int_equal(device_choose_artifact(&deployment, "0500", &artifact), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decides_by_the_first_thing_that_prevents_it),
        cmocka_unit_test(cancels_only_what_was_not_sent),
        cmocka_unit_test(success_only_for_done_and_already),
        cmocka_unit_test(nothing_that_was_sent_is_tried_again),
        cmocka_unit_test(each_outcome_has_its_step_and_code),
        cmocka_unit_test(unknown_says_that_it_did_not_fail),
        cmocka_unit_test(each_answer_to_feedback_has_its_consequence),
        cmocka_unit_test(waits_a_second_up_to_five_minutes_or_as_told),
        cmocka_unit_test(a_download_begins_whole_again_if_the_part_does_not_fit),
        cmocka_unit_test(the_token_goes_to_the_own_origin_only),
        cmocka_unit_test(an_id_is_pinned_at_first_contact),
        cmocka_unit_test(an_image_is_chosen_by_platform_among_all_chunks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
