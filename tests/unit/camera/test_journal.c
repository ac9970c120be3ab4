/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/journal.h"

#include "base/fd.h"
#include "scratch.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

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
    struct error alone, err = ERROR_EMPTY;

    assert_true(journal_write(store_linux(), folder, &record, &alone, &err));
    assert_string_equal(alone.text, "");
}

static void assert_update(const char *folder, uint64_t update)
{
    struct journal_record record;

    assert_int_equal(read_found(folder, &record), JOURNAL_FOUND);
    assert_int_equal(record.update, update);
}

static void either_file_alone_has_the_record(void **state)
{
    static const char *const names[] = {"journal.0", "journal.1"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        CLEANUP(scratch_remove) struct scratch scratch;

        scratch_make(&scratch);
        write_update(scratch.folder, 1);
        write_update(scratch.folder, 2);
        overwrite(scratch.folder, names[i], "torn");
        assert_update(scratch.folder, 2);
        write_update(scratch.folder, 3);
        overwrite(scratch.folder, names[1 - i], "torn");
        assert_update(scratch.folder, 3);
    }
}

/* As a cut leaves it that comes between the two files, with the second one torn or not begun. */
static void record_in_one_file_counts_and_is_doubled_at_a_boot(void **state)
{
    unsigned char before[JOURNAL_RECORD_SIZE];
    struct error err = ERROR_EMPTY;
    size_t got;

    (void)state;
    for (unsigned is_torn = 0; is_torn < 2; is_torn++) {
        CLEANUP(scratch_remove) struct scratch scratch;
        CLEANUP(fd_close) int fd = FD_NONE;

        scratch_make(&scratch);
        write_update(scratch.folder, 1);
        fd = open(scratch_path(&scratch, "journal.0"), O_RDONLY | O_CLOEXEC);
        assert_true(fd_read(fd, before, sizeof(before), &got, &err));
        write_update(scratch.folder, 2);
        scratch_write(&scratch, "journal.0", span_of(before, sizeof(before)));
        if (is_torn)
            overwrite(scratch.folder, "journal.0", "torn");
        assert_update(scratch.folder, 2);
        assert_true(journal_double(store_linux(), scratch.folder, &err));
        overwrite(scratch.folder, "journal.1", "torn");
        assert_update(scratch.folder, 2);
    }
}

static void record_without_a_second_copy_counts_and_that_is_told(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct journal_record record = {.update = 7};
    struct error alone, err = ERROR_EMPTY;

    (void)state;
    scratch_make(&scratch);
    assert_int_equal(mkdir(scratch_path(&scratch, "journal.1"), 0700), 0);
    scratch_write(&scratch, "journal.1/in the way", SPAN_EMPTY);
    assert_true(journal_start(store_linux(), scratch.folder, &record, &alone, &err));
    assert_non_null(strstr(alone.text, "journal: no second copy: "));
    assert_update(scratch.folder, 7);
    assert_false(journal_double(store_linux(), scratch.folder, &err));
    assert_string_equal(err.text, alone.text);
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
    struct error alone, err = ERROR_EMPTY;

    (void)state;
    scratch_make(&scratch);
    write_update(folder, 1);
    overwrite(folder, "journal.0", "torn");
    overwrite(folder, "journal.1", "torn");
    assert_int_equal(read_found(folder, &record), JOURNAL_LOST);
    assert_true(journal_double(store_linux(), folder, &err));
    assert_int_equal(read_found(folder, &record), JOURNAL_LOST);
    assert_false(journal_write(store_linux(), folder, &record, &alone, &err));
    assert_string_equal(err.text, "journal lost: run ispup-camera adopt");
    assert_int_equal(read_found(folder, &record), JOURNAL_LOST);
    assert_true(journal_start(store_linux(), folder, &record, &alone, &err));
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
        cmocka_unit_test(either_file_alone_has_the_record),
        cmocka_unit_test(record_in_one_file_counts_and_is_doubled_at_a_boot),
        cmocka_unit_test(record_without_a_second_copy_counts_and_that_is_told),
        cmocka_unit_test(no_files_are_a_new_camera_unless_a_journal_is_required),
        cmocka_unit_test(files_without_a_valid_record_are_lost_until_adopted),
        cmocka_unit_test(missing_work_folder_is_no_new_camera),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
