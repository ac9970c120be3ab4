/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/journal.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct journal_content some_content = {.known = true,
                                                    .bank = 1,
                                                    .size = 1048577,
                                                    .sha256 = {{1, 2, 3}},
                                                    .version = {true, 1, 2, 3},
                                                    .copy = 17};

/* A record in which every field differs from an empty one's. */
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
                                    .boot_id = "b-1"};
    const struct journal_image image = {true, {{7}}, {true, 9, 99, 99}};

    record.running = record.previous = record.target = image;
    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        record.components[which] =
            (struct journal_component){some_content, some_content, some_content, true};
    return record;
}

static void record_reads_back_as_it_was_written(void **state)
{
    struct journal_record record = full_record();
    unsigned char bytes[JOURNAL_RECORD_SIZE], again[JOURNAL_RECORD_SIZE];
    struct journal_record found;
    struct error err = ERROR_EMPTY;

    (void)state;
    record.sequence = UINT64_C(0x0123456789abcdef);
    assert_true(journal_format(&record, bytes, &err));
    assert_true(journal_parse(span_of(bytes, sizeof(bytes)), &found, &err));
    assert_int_equal(found.sequence, record.sequence);
    assert_int_equal(found.state, JOURNAL_INSTALLED);
    assert_string_equal(found.result, record.result);
    assert_int_equal(found.components[COMPONENT_HARDWARE].target.size, 1048577);
    assert_int_equal(found.components[COMPONENT_HARDWARE].target.copy, 17);
    assert_int_equal(found.boots, 2);
    assert_true(found.restore_settings);
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
    struct error err = ERROR_EMPTY;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        record = full_record();
        (void)snprintf(record.result, sizeof(record.result), "%s", texts[i]);
        (void)snprintf(record.boot_id, sizeof(record.boot_id), "%s", texts[i]);
        assert_true(journal_format(&record, bytes, &err));
        assert_true(journal_parse(span_of(bytes, sizeof(bytes)), &found, &err));
    }
}

static void changed_byte_anywhere_makes_a_record_invalid(void **state)
{
    struct journal_record record = full_record();
    unsigned char bytes[JOURNAL_RECORD_SIZE];
    struct journal_record found;
    struct error err = ERROR_EMPTY;

    (void)state;
    assert_true(journal_format(&record, bytes, &err));
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] ^= 1;
        assert_false(journal_parse(span_of(bytes, sizeof(bytes)), &found, &err));
        assert_int_equal(err.kind, ERROR_JOURNAL);
        bytes[i] ^= 1;
    }
    assert_false(journal_parse(span_of(bytes, sizeof(bytes) - 1), &found, &err));
}

static void overwrite(const char *folder, const char *name, const char *text)
{
    char path[512];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "r+");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static enum journal_found read_found(const char *folder, struct journal_record *record)
{
    enum journal_found found;
    struct error err = ERROR_EMPTY;

    assert_true(journal_read(store_linux(), folder, false, record, &found, &err));
    return found;
}

static void write_update(const char *folder, uint64_t update)
{
    struct journal_record record = {.update = update};
    struct error err = ERROR_EMPTY;

    assert_true(journal_write(store_linux(), folder, &record, &err));
}

static void torn_record_leaves_the_one_before(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    const char *folder = scratch.folder;
    struct journal_record record;

    (void)state;
    scratch_make(&scratch);
    write_update(folder, 1); /* journal.0 */
    write_update(folder, 2); /* journal.1 */
    write_update(folder, 3); /* journal.0 */
    assert_int_equal(read_found(folder, &record), JOURNAL_FOUND);
    assert_int_equal(record.update, 3);
    overwrite(folder, "journal.0", "torn");
    assert_int_equal(read_found(folder, &record), JOURNAL_FOUND);
    assert_int_equal(record.update, 2);
    write_update(folder, 4); /* over the torn one, not over the one that counts */
    assert_int_equal(read_found(folder, &record), JOURNAL_FOUND);
    assert_int_equal(record.update, 4);
    overwrite(folder, "journal.0", "torn");
    assert_int_equal(read_found(folder, &record), JOURNAL_FOUND);
    assert_int_equal(record.update, 2);
}

static void no_files_are_a_new_camera_unless_a_journal_is_required(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    const char *folder = scratch.folder;
    struct journal_record record;
    enum journal_found found;
    struct error err = ERROR_EMPTY;

    (void)state;
    scratch_make(&scratch);
    assert_int_equal(read_found(folder, &record), JOURNAL_NEW);
    assert_true(journal_read(store_linux(), folder, true, &record, &found, &err));
    assert_int_equal(found, JOURNAL_LOST);
}

static void files_without_a_valid_record_are_lost_until_adopted(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    const char *folder = scratch.folder;
    struct journal_record record = {.update = 5};
    struct error err = ERROR_EMPTY;

    (void)state;
    scratch_make(&scratch);
    write_update(folder, 1);
    overwrite(folder, "journal.0", "torn");
    assert_int_equal(read_found(folder, &record), JOURNAL_LOST);
    assert_false(journal_write(store_linux(), folder, &record, &err));
    assert_string_equal(err.text, "journal lost: run ispup-camera adopt");
    assert_int_equal(read_found(folder, &record), JOURNAL_LOST);
    assert_true(journal_start(store_linux(), folder, &record, &err));
    assert_int_equal(read_found(folder, &record), JOURNAL_FOUND);
}

static void missing_work_folder_is_no_new_camera(void **state)
{
    struct journal_record record;
    enum journal_found found;
    struct error err = ERROR_EMPTY;
    CLEANUP(scratch_remove) struct scratch scratch;

    (void)state;
    scratch_make(&scratch);
    assert_false(journal_read(store_linux(), scratch_path(&scratch, "absent"), false, &record,
                              &found, &err));
    assert_int_equal(err.kind, ERROR_JOURNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(record_reads_back_as_it_was_written),
        cmocka_unit_test(longest_record_fits),
        cmocka_unit_test(text_from_elsewhere_cannot_spoil_the_record),
        cmocka_unit_test(changed_byte_anywhere_makes_a_record_invalid),
        cmocka_unit_test(torn_record_leaves_the_one_before),
        cmocka_unit_test(no_files_are_a_new_camera_unless_a_journal_is_required),
        cmocka_unit_test(files_without_a_valid_record_are_lost_until_adopted),
        cmocka_unit_test(missing_work_folder_is_no_new_camera),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
