/* SPDX-License-Identifier: Apache-2.0 */
/* What a camera answers after the upload, and how the push ends. The time to wait is 0: the
 * first answer decides. */
#include "ispup/push/watch.h"

#include "base/fd.h"
#include "scripted_camera.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define IMAGE "1111111111111111111111111111111111111111111111111111111111111111"
#define OTHER "2222222222222222222222222222222222222222222222222222222222222222"
#define NEW_FIRMWARE "ISP-F-0300-V1.01.00"

/* BOOT_ID, ISP_STATE, ISP_UPDATE, its image, the image that runs, ISP_RESULT. */
#define RECORD(boot, state, update, of, runs, result)                                              \
    "ISP_PLATFORM='0300'\nISP_VERSION='V1.01.00'\nISP_IMAGE_SHA256='" runs "'\nISP_STATE='" state  \
    "'\nISP_PROGRESS='40'\nISP_UPDATE='" update "'\nISP_UPDATE_SHA256='" of                        \
    "'\nISP_RESULT='" result "'\nISP_BLOCKS='1/1'\nBOOT_ID='" boot "'\n"
#define LOOK "look at its status before you send anything again"
#define RESTART "restart the camera if ispup status does not change"
#define LOG(firmware) "ISP Firmware Version " firmware "\n"

struct row {
    enum verdict_reply reply;
    const char *words; /* of the reply */
    const char *record, *log;
    enum verdict verdict;
    const char *text; /* the whole message */
};

/* Without a record, `firmware` is the version in its log. */
static void set_before(const struct row *row, const char *firmware, struct seen *before)
{
    if (row->record == NULL) {
        *before = (struct seen){.is_reached = true, .has_versions = true};
        (void)snprintf(before->versions.texts[0], sizeof(before->versions.texts[0]), "%s",
                       firmware);
        return;
    }
    *before = (struct seen){.is_reached = true, .has_record = true};
    (void)snprintf(before->status.values[STATUS_BOOT_ID], STATUS_VALUE_SIZE, "first");
    (void)snprintf(before->status.values[STATUS_ISP_UPDATE], STATUS_VALUE_SIZE, "7");
    (void)snprintf(before->status.values[STATUS_ISP_PLATFORM], STATUS_VALUE_SIZE, "0300");
    (void)snprintf(before->status.values[STATUS_ISP_STATE], STATUS_VALUE_SIZE, "confirmed");
}

static void try_row(const struct row *row, size_t number, const char *firmware)
{
    CLEANUP(scripted_camera_end)
    struct scripted_camera camera = {.record = row->record, .log = row->log};
    const struct push_options options = {.wait = 0};
    const struct image_file image = {
        .fd = -1, .sha256 = IMAGE, .versions = {.texts = {NEW_FIRMWARE}}};
    struct target target = {.user = "admin", .password = {"secret"}};
    struct push push = {.options = &options,
                        .image = &image,
                        .target = &target,
                        .gate = FD_NONE,
                        .reply = row->reply,
                        .events = fd_open_null()};
    struct error err = ERROR_EMPTY;

    scripted_camera_begin(&camera);
    memcpy(target.origin, camera.origin, sizeof(camera.origin));
    (void)snprintf(push.words, sizeof(push.words), "%s", row->words);
    set_before(row, firmware, &push.before);
    assert_true(http_begin(&err) && session_open(&push.session, &target, NULL, false, &err));
    push_watch(&push);
    if (push.event.outcome.verdict != row->verdict ||
        strcmp(push.event.outcome.why, row->text) != 0)
        fail_msg("row %zu: %s: %s", number, verdict_name(push.event.outcome.verdict, false),
                 push.event.outcome.why);
    session_close(&push.session);
    http_end();
    fd_close(&push.events);
}

static void a_record_is_compared_with_the_one_before(void **state)
{
    static const struct row rows[] = {
        {VERDICT_REPLY_OK, "OK", RECORD("second", "confirmed", "8", IMAGE, IMAGE, "OK"), NULL,
         VERDICT_DONE, "the camera restarted, and has confirmed the image"},
        {VERDICT_REPLY_LOST, "no whole reply: x",
         RECORD("second", "confirmed", "8", IMAGE, IMAGE, "OK"), NULL, VERDICT_DONE,
         "the camera restarted, and has confirmed the image"},
        /* An ERROR that was not the end is told. */
        {VERDICT_REPLY_ERROR, "ERROR: odd", RECORD("second", "confirmed", "8", IMAGE, IMAGE, "OK"),
         NULL, VERDICT_DONE,
         "the camera restarted, and has confirmed the image (it replied ERROR: odd)"},
        /* One of the five is not so. */
        {VERDICT_REPLY_OK, "OK", RECORD("second", "confirmed", "9", IMAGE, IMAGE, "OK"), NULL,
         VERDICT_UNKNOWN, "another update came after this one; " LOOK " (it replied OK)"},
        {VERDICT_REPLY_OK, "OK", RECORD("second", "confirmed", "6", IMAGE, IMAGE, "OK"), NULL,
         VERDICT_UNKNOWN,
         "its update number is lower than before: its journal was lost or adopted, or it is "
         "another camera; " LOOK " (it replied OK)"},
        {VERDICT_REPLY_OK, "OK", RECORD("second", "confirmed", "8", OTHER, IMAGE, "OK"), NULL,
         VERDICT_UNKNOWN,
         "the camera restarted, but shows another update than this one; " LOOK " (it replied OK)"},
        {VERDICT_REPLY_OK, "OK", RECORD("first", "confirmed", "8", IMAGE, IMAGE, "OK"), NULL,
         VERDICT_UNKNOWN, "the camera has not restarted; restart it (it replied OK)"},
        {VERDICT_REPLY_OK, "OK", RECORD("second", "confirmed", "7", IMAGE, IMAGE, "OK"), NULL,
         VERDICT_UNKNOWN, "the camera's record shows no trace of this update (it replied OK)"},
        {VERDICT_REPLY_OK, "OK", RECORD("second", "confirmed", "8", OTHER, OTHER, "OK"), NULL,
         VERDICT_UNKNOWN, "the camera restarted, but runs another image; " LOOK " (it replied OK)"},
        {VERDICT_REPLY_OK, "OK", RECORD("second", "idle", "8", IMAGE, IMAGE, "OK"), NULL,
         VERDICT_UNKNOWN,
         "the camera restarted, but shows another update than this one; " LOOK " (it replied OK)"},
        {VERDICT_REPLY_OK, "OK", RECORD("second", "trial", "8", IMAGE, IMAGE, "OK"), NULL,
         VERDICT_UNKNOWN, "the new image is still on trial (it replied OK)"},
        {VERDICT_REPLY_OK, "OK", RECORD("first", "restarting", "8", IMAGE, ZEROS, "OK"), NULL,
         VERDICT_UNKNOWN, "the camera has not restarted yet; " RESTART " (it replied OK)"},
        {VERDICT_REPLY_LOST, "HTTP status 502", RECORD("first", "receiving", "7", ZEROS, ZEROS, ""),
         NULL, VERDICT_UNKNOWN, "the camera is still receiving (HTTP status 502)"},
        {VERDICT_REPLY_LOST, "HTTP status 502", RECORD("first", "checking", "7", ZEROS, ZEROS, ""),
         NULL, VERDICT_UNKNOWN, "the camera is still receiving (HTTP status 502)"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        try_row(&rows[i], i, "ISP-F-0300-V1.00.00");
}

static void an_end_of_this_very_update_is_told_in_the_cameras_words(void **state)
{
    static const struct row rows[] = {
        {VERDICT_REPLY_OK, "OK",
         RECORD("second", "rolled-back", "8", IMAGE, ZEROS, "ERROR: no picture"), NULL,
         VERDICT_NOT_DONE,
         "the camera went back to the image before: ERROR: no picture (it replied OK)"},
        {VERDICT_REPLY_OK, "OK", RECORD("second", "failed", "8", IMAGE, ZEROS, "ERROR: worn"), NULL,
         VERDICT_NOT_DONE, "the update failed: ERROR: worn (it replied OK)"},
        {VERDICT_REPLY_OK, "OK",
         RECORD("second", "rolled-back", "8", OTHER, ZEROS, "ERROR: no picture"), NULL,
         VERDICT_UNKNOWN,
         "the camera restarted, but shows another update than this one; " LOOK " (it replied OK)"},
        {VERDICT_REPLY_OK, "OK",
         RECORD("second", "rolled-back", "7", IMAGE, ZEROS, "ERROR: no picture"), NULL,
         VERDICT_UNKNOWN, "the camera's record shows no trace of this update (it replied OK)"},
        {VERDICT_REPLY_OK, "OK",
         RECORD("second", "unconfirmed", "8", IMAGE, IMAGE, "ERROR: no picture"), NULL,
         VERDICT_UNKNOWN,
         "the image runs, but was not confirmed: ERROR: no picture; check the picture, then run "
         "ispup-camera confirm there, or send another image (it replied OK)"},
        {VERDICT_REPLY_OK, "OK",
         RECORD("second", "unconfirmed", "8", IMAGE, ZEROS, "ERROR: no picture"), NULL,
         VERDICT_NOT_DONE,
         "the camera went back to the image before: ERROR: no picture (it replied OK)"},
        {VERDICT_REPLY_OK, "OK",
         RECORD("second", "rolling-back", "8", IMAGE, ZEROS, "ERROR: no picture"), NULL,
         VERDICT_UNKNOWN,
         "the camera is still going back to the image before: ERROR: no picture; " RESTART
         " (it replied OK)"},
        {VERDICT_REPLY_OK, "OK", RECORD("second", "paused", "8", IMAGE, IMAGE, "OK"), NULL,
         VERDICT_UNKNOWN,
         "the camera shows a state that this ispup does not know: paused; update ispup (it replied "
         "OK)"},
        /* If both say the same, it is printed once. */
        {VERDICT_REPLY_ERROR, "ERROR: worn",
         RECORD("first", "writing", "8", IMAGE, ZEROS, "ERROR: worn"), NULL, VERDICT_UNKNOWN,
         "the camera is still writing; " RESTART " (it replied ERROR: worn)"},
        {VERDICT_REPLY_ERROR, "ERROR: odd", RECORD("first", "confirmed", "7", ZEROS, ZEROS, "OK"),
         NULL, VERDICT_NOT_DONE, "the camera says: ERROR: odd"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        try_row(&rows[i], i, "ISP-F-0300-V1.00.00");
}

static void a_camera_without_a_record_is_known_by_its_log(void **state)
{
    static const struct row rows[] = {
        {VERDICT_REPLY_OK, "OK", NULL, LOG(NEW_FIRMWARE), VERDICT_UNKNOWN,
         "its log shows the image's versions, but no restart was seen (it replied OK)"},
        {VERDICT_REPLY_OK, "OK", NULL, LOG("ISP-F-0300-V1.00.00"), VERDICT_UNKNOWN,
         "its log shows the same versions as before (it replied OK)"},
        {VERDICT_REPLY_OK, "OK", NULL, LOG("ISP-F-0300-V1.00.50"), VERDICT_UNKNOWN,
         "its log shows other versions than the image's (it replied OK)"},
        {VERDICT_REPLY_OK, "OK", NULL, "nothing\n", VERDICT_UNKNOWN,
         "its log shows no versions: nothing (it replied OK)"},
        {VERDICT_REPLY_ERROR, "ERROR: odd", NULL, LOG("ISP-F-0300-V1.00.00"), VERDICT_NOT_DONE,
         "the camera says: ERROR: odd"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        try_row(&rows[i], i, "ISP-F-0300-V1.00.00");
}

static void versions_that_may_have_been_there_before_prove_nothing(void **state)
{
    static const char *const firmware[] = {NEW_FIRMWARE, "UNKNOWN", ""};
    static const struct row row = {
        VERDICT_REPLY_OK,
        "OK",
        NULL,
        LOG(NEW_FIRMWARE),
        VERDICT_UNKNOWN,
        "its log shows the image's versions, but may have shown them before (it replied OK)"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(firmware); i++)
        try_row(&row, i, firmware[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_compared_with_the_one_before),
        cmocka_unit_test(an_end_of_this_very_update_is_told_in_the_cameras_words),
        cmocka_unit_test(a_camera_without_a_record_is_known_by_its_log),
        cmocka_unit_test(versions_that_may_have_been_there_before_prove_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
