/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void prints_every_member(void **state)
{
    static const struct outcome outcome = {
        .time = 1764425105,
        .verdict = VERDICT_ALREADY,
        .reason = REASON_RUNS_IMAGE,
        .tries = 1,
        .seconds = 42,
        .id = "id",
        .platform = "0300",
        .before = "V1.00.00",
        .after = "V1.01.00",
        .image_sha256 = "aa",
        .file_sha256 = "bb",
        .update = "7",
        .boot_before = "first",
        .boot_after = "second",
        .why = "a \"why\"",
    };
    struct json json;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    assert_non_null(out);
    json_begin(&json, out);
    outcome_print(&outcome, false, &json);
    json_end(&json);
    (void)fclose(out);
    assert_string_equal(
        text,
        "{\"time\":\"2025-11-29T14:05:05Z\",\"outcome\":\"already\",\"code\":\"runs-image\","
        "\"why\":\"a \\\"why\\\"\",\"id\":\"id\",\"platform\":\"0300\",\"before\":\"V1.00.00\","
        "\"after\":\"V1.01.00\",\"image_sha256\":\"aa\",\"file_sha256\":\"bb\",\"update\":\"7\","
        "\"boot_before\":\"first\",\"boot_after\":\"second\",\"tries\":1,\"seconds\":42}\n");
    free(text);
}

static void what_another_process_sent_is_checked(void **state)
{
    struct outcome outcome;

    (void)state;
    outcome_begin(&outcome, NULL);
    memset(outcome.id, 'x', sizeof(outcome.id));
    memcpy(outcome.why, "\033[2J", 5);
    assert_true(outcome_check(&outcome));
    assert_int_equal(strlen(outcome.id), OUTCOME_ID_SIZE - 1);
    assert_string_equal(outcome.why, "?[2J");
    outcome.reason = REASON_COUNT;
    assert_false(outcome_check(&outcome));
    outcome.reason = REASON_FREE;
    outcome.time = -1;
    assert_false(outcome_check(&outcome));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_every_member),
        cmocka_unit_test(what_another_process_sent_is_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
