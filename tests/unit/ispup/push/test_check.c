/* SPDX-License-Identifier: Apache-2.0 */
/* What a camera answers before the upload, and what the push does then. */
#include "ispup/push/check.h"

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
#define RECORD_OF(platform, state, result, image)                                                  \
    "ISP_PLATFORM='" platform "'\nISP_VERSION='V1.00.00'\nISP_FIRMWARE='ISP-F-0300-V1.00.00'\n"    \
    "ISP_IMAGE_SHA256='" image "'\nISP_STATE='" state "'\nISP_PROGRESS='100'\nISP_UPDATE='7'\n"    \
    "ISP_UPDATE_SHA256='" ZEROS "'\nISP_RESULT='" result "'\nISP_BLOCKS='1/1'\nBOOT_ID='boot'\n"
#define RECORD(state) RECORD_OF("0300", state, "OK", ZEROS)
#define LOG_OF(firmware)                                                                           \
    "ISP Firmware Version " firmware "\nISP Device Resource Version C0300-V1.00.00\n"              \
    "ISP Hardware Version UNKNOWN\n"
#define STATE "ISP_PLATFORM='0300'\nISP_STATE='idle'\nISP_UPDATE='7'\nBOOT_ID='boot'\n"
#define GIVEN_UP "ERROR: given up after 3 boots, run ispup-camera recover --retry: worn"
#define BUSY "503 Service Unavailable"

/* `verdict`: VERDICT_WAIT if the upload may begin. `text`: a part of the message. */
struct row {
    const char *record, *log, *status;
    bool again, check_only;
    enum verdict verdict;
    const char *text;
};

static void begin(const struct row *row, const struct scripted_camera *camera,
                  struct push_options *options, struct image_file *image, struct target *target,
                  struct push *push)
{
    struct error err = ERROR_EMPTY;

    *options = (struct push_options){.again = row->again, .check_only = row->check_only};
    *image = (struct image_file){.fd = -1,
                                 .file_name = "ISP-U-0300-V1.01.00.bin",
                                 .is_signed = true,
                                 .sha256 = IMAGE,
                                 .versions = {.texts = {"ISP-F-0300-V1.01.00"}}};
    *target = (struct target){.user = "admin", .password = {"secret"}};
    memcpy(target->origin, camera->origin, sizeof(camera->origin));
    *push = (struct push){.options = options,
                          .image = image,
                          .target = target,
                          .events = fd_open_null(),
                          .gate = FD_NONE,
                          .lock = LOCK_NONE,
                          .event = {.kind = EVENT_KIND_COUNT}};
    assert_true(session_open(&push->session, target, NULL, false, &err));
}

static void try_row(const struct row *row, size_t number)
{
    CLEANUP(scripted_camera_end)
    struct scripted_camera camera = {.record = row->record, .log = row->log, .status = row->status};
    struct push_options options;
    struct image_file image;
    struct target target;
    struct push push;
    size_t at;

    scripted_camera_begin(&camera);
    begin(row, &camera, &options, &image, &target, &push);
    if (push_check(&push) && row->check_only)
        push_check_end(&push);
    if (push.event.outcome.verdict != row->verdict ||
        (row->text[0] != '\0' &&
         !span_find(span_text(push.event.outcome.why), span_text(row->text), &at)))
        fail_msg("row %zu: %s: %s", number,
                 verdict_name(push.event.outcome.verdict, row->check_only), push.event.outcome.why);
    lock_release(&push.lock);
    session_close(&push.session);
    fd_close(&push.events);
}

static void try_all(const struct row *rows, size_t count)
{
    struct error err = ERROR_EMPTY;

    assert_true(http_begin(&err));
    for (size_t i = 0; i < count; i++)
        try_row(&rows[i], i);
    http_end();
}

static void a_camera_with_a_record_is_judged_by_it(void **state)
{
    static const struct row rows[] = {
        {RECORD("idle"), NULL, NULL, false, false, VERDICT_WAIT, ""},
        {RECORD("confirmed"), NULL, NULL, false, false, VERDICT_WAIT, ""},
        {RECORD("rolled-back"), NULL, NULL, false, false, VERDICT_WAIT, ""},
        {RECORD("failed"), NULL, NULL, false, false, VERDICT_WAIT, ""},
        {RECORD("trial"), NULL, NULL, false, false, VERDICT_NOT_DONE, "ERROR: image on trial"},
        {RECORD("receiving"), NULL, NULL, false, false, VERDICT_NOT_DONE, "update in progress"},
        {RECORD("checking"), NULL, NULL, false, false, VERDICT_NOT_DONE, "update in progress"},
        {RECORD("writing"), NULL, NULL, false, false, VERDICT_NOT_DONE, "it writes another image"},
        {RECORD("restarting"), NULL, NULL, false, false, VERDICT_NOT_DONE, "has not restarted"},
        {RECORD("trial"), NULL, NULL, true, false, VERDICT_NOT_DONE, "ERROR: image on trial"},
        {RECORD_OF("0300", "idle", "ERROR: journal lost: run ispup-camera adopt", ZEROS), NULL,
         NULL, false, false, VERDICT_NOT_DONE, "journal lost"},
        {RECORD_OF("0300", "failed", "ERROR: journal x", ZEROS), NULL, NULL, false, false,
         VERDICT_WAIT, ""},
        {RECORD_OF("0400", "idle", "OK", ZEROS), NULL, NULL, false, false, VERDICT_NOT_DONE,
         "ERROR: ISP platform: image is for 0300, camera is 0400"},
        {RECORD_OF("0400", "idle", "OK", ZEROS), NULL, NULL, true, false, VERDICT_NOT_DONE, ""},
        {RECORD_OF("0300", "confirmed", "OK", IMAGE), NULL, NULL, false, false, VERDICT_ALREADY,
         "runs this image already, nothing was sent"},
        {RECORD_OF("0300", "confirmed", "OK", IMAGE), NULL, NULL, true, false, VERDICT_WAIT, ""},
        {RECORD_OF("0300", "trial", "OK", IMAGE), NULL, NULL, false, false, VERDICT_UNKNOWN,
         "it was on trial already, nothing was sent: the new image is still on trial"},
        {RECORD_OF("0300", "trial", "OK", IMAGE), NULL, NULL, true, false, VERDICT_NOT_DONE,
         "ERROR: image on trial"},
        {RECORD_OF("0300", "idle", "OK", IMAGE), NULL, NULL, false, false, VERDICT_ALREADY, ""},
        {RECORD_OF("0300", "rolled-back", "OK", IMAGE), NULL, NULL, false, false, VERDICT_ALREADY,
         ""},
        {RECORD_OF("0300", "failed", "OK", IMAGE), NULL, NULL, false, false, VERDICT_WAIT, ""},
        {"ISP_NEXT='V1.00.00'\n" RECORD_OF("0300", "confirmed", "OK", IMAGE), NULL, NULL, false,
         false, VERDICT_WAIT, ""},
        {RECORD_OF("0300", "unconfirmed", "OK", IMAGE), NULL, NULL, false, false, VERDICT_UNKNOWN,
         "the image runs, but was not confirmed"},
        {RECORD_OF("0300", "unconfirmed", "OK", IMAGE), NULL, NULL, true, false, VERDICT_WAIT, ""},
        {RECORD("unconfirmed"), NULL, NULL, false, false, VERDICT_WAIT, ""},
        {RECORD("rolling-back"), NULL, NULL, false, false, VERDICT_NOT_DONE, "it goes back"},
        {RECORD("rolling-back"), NULL, NULL, true, false, VERDICT_NOT_DONE, "it goes back"},
        {RECORD_OF("0300", "lost", "ERROR: journal lost: run ispup-camera adopt", ZEROS), NULL,
         NULL, false, false, VERDICT_WAIT, ""},
        {RECORD("paused"), NULL, NULL, false, false, VERDICT_NOT_DONE,
         "this ispup knows (update ispup), nothing was sent: paused"},
    };

    (void)state;
    try_all(rows, COUNT_OF(rows));
}

static void a_camera_without_one_is_judged_by_its_log(void **state)
{
    static const struct row rows[] = {
        {NULL, LOG_OF("ISP-F-0300-V1.00.00"), NULL, false, false, VERDICT_WAIT, ""},
        {NULL, LOG_OF("ISP-F-0400-V1.00.00"), NULL, false, false, VERDICT_NOT_DONE,
         "ERROR: ISP platform: image is for 0300, camera is 0400"},
        {NULL, LOG_OF("ISP-F-0300-V1.01.00"), NULL, false, false, VERDICT_UNKNOWN,
         "its log shows the image's versions already"},
        {NULL, LOG_OF("ISP-F-0300-V1.01.00"), NULL, true, false, VERDICT_WAIT, ""},
        {NULL, "nothing of it\n", NULL, false, false, VERDICT_WAIT, ""},
        {NULL, NULL, NULL, false, false, VERDICT_WAIT, ""},
        /* Without boot and state it is no record, and neither is one on an error page. */
        {"ISP_PLATFORM='0300'\nBOOT_ID='boot'\n", LOG_OF("ISP-F-0400-V1.00.00"), NULL, false, false,
         VERDICT_NOT_DONE, "camera is 0400"},
        {"ISP_PLATFORM='0300'\nISP_STATE='idle'\n", LOG_OF("ISP-F-0400-V1.00.00"), NULL, false,
         false, VERDICT_NOT_DONE, "camera is 0400"},
        {RECORD("trial"), NULL, "500 Internal Server Error", false, false, VERDICT_WAIT, ""},
        {"ISP_PLATFORM='0400'\n", LOG_OF("ISP-F-0300-V1.00.00"), NULL, false, false, VERDICT_WAIT,
         ""},
    };

    (void)state;
    try_all(rows, COUNT_OF(rows));
}

/* The scripted image has firmware V1.01.00. */
static void an_older_image_is_not_sent(void **state)
{
    static const struct row rows[] = {
        {NULL, LOG_OF("ISP-F-0300-V1.01.01"), NULL, false, false, VERDICT_NOT_DONE,
         "the image is older: its firmware is ISP-F-0300-V1.01.00, the camera runs "
         "ISP-F-0300-V1.01.01; nothing was sent (--allow-older sends it)"},
        {NULL, LOG_OF("ISP-F-0300-V1.01.01"), NULL, true, false, VERDICT_NOT_DONE, "is older"},
        {NULL, LOG_OF("ISP-F-0300-V1.01.01"), NULL, false, true, VERDICT_NOT_DONE, "is older"},
        {NULL, LOG_OF("UNKNOWN"), NULL, false, false, VERDICT_WAIT, ""},
        {NULL, LOG_OF("ISP-F-0300-V1.00.99"), NULL, false, false, VERDICT_WAIT, ""},
        {"ISP_HARDWARE='UNKNOWN'\nISP_FIRMWARE='ISP-F-0300-V2.00.00'\n" STATE, NULL, NULL, false,
         false, VERDICT_NOT_DONE, "the camera runs ISP-F-0300-V2.00.00"},
        {"ISP_FIRMWARE='UNKNOWN'\n" STATE, NULL, NULL, false, false, VERDICT_WAIT, ""},
    };

    (void)state;
    try_all(rows, COUNT_OF(rows));
}

static void a_camera_that_will_not_talk_is_left(void **state)
{
    static const struct row rows[] = {
        {"ERROR: not authorized\n", NULL, NULL, false, false, VERDICT_NOT_DONE, "not authorized"},
        {"ERROR: missing USER/PWD\n", NULL, NULL, false, false, VERDICT_NOT_DONE, "USER/PWD"},
        {"ERROR: bad account/password\n", NULL, NULL, false, false, VERDICT_NOT_DONE,
         "bad account"},
        {"ERROR: too many wrong logins: wait 5 seconds\n", NULL, NULL, false, false,
         VERDICT_NOT_DONE, "too many wrong logins"},
        {NULL, "ERROR: not authorized\n", NULL, false, false, VERDICT_NOT_DONE, "not authorized"},
        {"ERROR: request: too many\n", NULL, BUSY, false, false, VERDICT_NOT_DONE, "busy"},
        {"ERROR: request: too many\n", NULL, BUSY, false, true, VERDICT_UNKNOWN, "busy"},
        {RECORD("trial"), NULL, BUSY, false, false, VERDICT_NOT_DONE, "busy"},
    };

    (void)state;
    try_all(rows, COUNT_OF(rows));
}

static void a_check_alone_says_what_push_would_do(void **state)
{
    static const struct row rows[] = {
        {RECORD("idle"), NULL, NULL, false, true, VERDICT_DONE, "its platform and state allow it"},
        {RECORD("trial"), NULL, NULL, false, true, VERDICT_NOT_DONE, "image on trial"},
        {RECORD_OF("0300", "writing", GIVEN_UP, ZEROS), NULL, NULL, false, true, VERDICT_DONE, ""},
        {RECORD_OF("0300", "rolling-back", GIVEN_UP, ZEROS), NULL, NULL, false, true, VERDICT_DONE,
         ""},
        {RECORD_OF("0300", "trial", GIVEN_UP, ZEROS), NULL, NULL, false, true, VERDICT_NOT_DONE,
         "image on trial"},
        {RECORD_OF("0300", "confirmed", "OK", IMAGE), NULL, NULL, false, true, VERDICT_ALREADY,
         "runs this image already: push sends it only with --again"},
        {RECORD_OF("0300", "unconfirmed", "OK", IMAGE), NULL, NULL, false, true, VERDICT_DONE,
         "it runs this image, unconfirmed: push sends it only with --again"},
        {RECORD_OF("0300", "trial", "OK", IMAGE), NULL, NULL, false, true, VERDICT_NOT_DONE,
         "image on trial"},
        {RECORD("paused"), NULL, NULL, false, true, VERDICT_UNKNOWN, "nothing was sent: paused"},
        {NULL, LOG_OF("ISP-F-0300-V1.01.00"), NULL, false, true, VERDICT_DONE,
         "as far as its log shows; its log shows the image's versions already"},
        {NULL, "nothing of it\n", NULL, false, true, VERDICT_UNKNOWN, "neither its platform nor"},
    };

    (void)state;
    try_all(rows, COUNT_OF(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_camera_with_a_record_is_judged_by_it),
        cmocka_unit_test(a_camera_without_one_is_judged_by_its_log),
        cmocka_unit_test(an_older_image_is_not_sent),
        cmocka_unit_test(a_camera_that_will_not_talk_is_left),
        cmocka_unit_test(a_check_alone_says_what_push_would_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
