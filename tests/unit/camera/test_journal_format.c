/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/journal.h"

#include "base/file.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct journal_content some_content = {.known = true,
                                                    .bank_index = 1,
                                                    .size = 1048577,
                                                    .sha256 = {{1, 2, 3}},
                                                    .version = {true, 1, 2, 3},
                                                    .copy = 17};

/* A record in which every field differs from that of an empty one. */
static struct journal_record full_record(void)
{
    struct journal_record record = {.state = JOURNAL_INSTALLED,
                                    .update = 18,
                                    .has_update_digest = true,
                                    .update_digest = {{9}},
                                    .outcome = OUTCOME_FAILED,
                                    .result = "ERROR: firmware: digest differs",
                                    .blocks_written = 5,
                                    .blocks_total = 16,
                                    .has_settings = true,
                                    .settings = {{8}},
                                    .restore_settings = true,
                                    .trial = true,
                                    .boots = 2,
                                    .attempts = 3,
                                    .boot_id = "b-1",
                                    .lost = true,
                                    .activate_failed = true};
    const struct journal_image image = {true, true, {{7}}, {true, 9, 99, 99}};

    record.running = record.previous = record.target = image;
    record.ran = (struct journal_run){.boot_id = "b-0", .image = image};
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        record.components[which] =
            (struct journal_component){some_content, some_content, some_content, true, 3};
    return record;
}

static void record_reads_back_as_it_was_written(void **state)
{
    struct journal_record record = full_record();
    unsigned char bytes[JOURNAL_RECORD_SIZE], again[JOURNAL_RECORD_SIZE];
    struct journal_record found;
    bool newer;
    struct error err = ERROR_EMPTY;

    (void)state;
    record.sequence = UINT64_C(0x0123456789abcdef);
    assert_true(journal_format(&record, bytes, &err));
    assert_true(journal_parse(span_of(bytes, sizeof(bytes)), &found, &newer, &err));
    assert_int_equal(found.sequence, record.sequence);
    assert_int_equal(found.state, JOURNAL_INSTALLED);
    assert_string_equal(found.result, record.result);
    assert_int_equal(found.components[COMPONENT_HARDWARE].target.size, 1048577);
    assert_int_equal(found.components[COMPONENT_HARDWARE].target.copy, 17);
    assert_int_equal(found.boots, 2);
    assert_true(found.restore_settings);
    assert_true(found.lost && found.activate_failed && found.previous.confirmed);
    assert_string_equal(found.ran.boot_id, "b-0");
    assert_int_equal(found.components[COMPONENT_FIRMWARE].blank, 3);
    assert_true(journal_format(&found, again, &err));
    assert_memory_equal(bytes, again, sizeof(bytes));
}

static void longest_record_fits(void **state)
{
    struct journal_record record = full_record();
    unsigned char bytes[JOURNAL_RECORD_SIZE];
    struct error err = ERROR_EMPTY;

    (void)state;
    memset(record.result, 'x', JOURNAL_RESULT_SIZE);
    memset(record.boot_id, 'y', JOURNAL_BOOT_SIZE);
    memset(record.ran.boot_id, 'z', JOURNAL_BOOT_SIZE);
    record.update = record.blocks_written = record.blocks_total = UINT64_MAX;
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        record.components[which].running.size = INT64_MAX;
        record.components[which].running.copy = UINT64_MAX;
        record.components[which].previous = record.components[which].running;
        record.components[which].target = record.components[which].running;
    }
    assert_true(journal_format(&record, bytes, &err));
}

static void text_from_elsewhere_cannot_spoil_the_record(void **state)
{
    static const char *const texts[] = {
        " blank before", "blank behind ", "line\nend", "\xff\x01", "", "a = b", "[section]"};
    unsigned char bytes[JOURNAL_RECORD_SIZE];
    struct journal_record record, found;
    bool newer;
    struct error err = ERROR_EMPTY;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        record = full_record();
        (void)snprintf(record.result, sizeof(record.result), "%s", texts[i]);
        (void)snprintf(record.boot_id, sizeof(record.boot_id), "%s", texts[i]);
        assert_true(journal_format(&record, bytes, &err));
        assert_true(journal_parse(span_of(bytes, sizeof(bytes)), &found, &newer, &err));
    }
}

static void changed_byte_anywhere_makes_a_record_invalid(void **state)
{
    struct journal_record record = full_record();
    unsigned char bytes[JOURNAL_RECORD_SIZE];
    struct journal_record found;
    bool newer;
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(journal_format(&record, bytes, &err));
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] ^= 1;
        assert_false(journal_parse(span_of(bytes, sizeof(bytes)), &found, &newer, &err));
        assert_int_equal(err.kind, ERROR_JOURNAL);
        bytes[i] ^= 1;
    }
    assert_false(journal_parse(span_of(bytes, sizeof(bytes) - 1), &found, &newer, &err));
}

/* Files that the release before format 2 wrote, one for each state. */
static void records_of_format_1_are_read(void **state)
{
    static const struct {
        const char *name;
        enum journal_state state;
        enum journal_outcome outcome;
        bool running_is_confirmed, target_is_confirmed;
    } cases[] = {
        {"idle", JOURNAL_IDLE, OUTCOME_CONFIRMED, true, false},
        {"rolled-back", JOURNAL_IDLE, OUTCOME_ROLLED_BACK, true, false},
        {"failed", JOURNAL_IDLE, OUTCOME_FAILED, true, false},
        {"failed-no-way-back", JOURNAL_IDLE, OUTCOME_UNCONFIRMED, false, false},
        {"staging", JOURNAL_STAGING, OUTCOME_NONE, true, false},
        {"writing", JOURNAL_WRITING, OUTCOME_NONE, true, false},
        {"installed", JOURNAL_INSTALLED, OUTCOME_NONE, true, false},
        {"rolling-back", JOURNAL_ROLLING_BACK, OUTCOME_NONE, true, false},
        {"rolling-back-by-hand", JOURNAL_ROLLING_BACK, OUTCOME_CONFIRMED, true, true},
    };
    const char *data = getenv("TEST_DATA");

    (void)state;
    assert_non_null(data);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(memory_free) unsigned char *bytes = NULL;
        struct journal_record record;
        struct error err = ERROR_EMPTY;
        char path[512];
        size_t size;
        bool newer;

        (void)snprintf(path, sizeof(path), "%s/journal-format-1/%s", data, cases[i].name);
        assert_true(file_read(path, JOURNAL_RECORD_SIZE, &bytes, &size, &err));
        assert_true(journal_parse(span_of(bytes, size), &record, &newer, &err));
        assert_int_equal(record.state, cases[i].state);
        assert_int_equal(record.outcome, cases[i].outcome);
        assert_int_equal(record.running.confirmed, cases[i].running_is_confirmed);
        assert_int_equal(record.target.confirmed, cases[i].target_is_confirmed);
        assert_int_equal(record.components[COMPONENT_FIRMWARE].running.size, 65536);
        assert_string_equal(record.ran.boot_id, "");
        assert_false(record.lost || record.activate_failed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(record_reads_back_as_it_was_written),
        cmocka_unit_test(longest_record_fits),
        cmocka_unit_test(text_from_elsewhere_cannot_spoil_the_record),
        cmocka_unit_test(changed_byte_anywhere_makes_a_record_invalid),
        cmocka_unit_test(records_of_format_1_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
