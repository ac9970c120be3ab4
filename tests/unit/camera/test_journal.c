/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/journal.h"

#include "base/fd.h"
#include "fake_store.h"
#include "scratch.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

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

/* The state after a cut between the two files: the second one is torn or not begun. */
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
    assert_true(journal_write(store_linux(), scratch.folder, &record, &alone, &err));
    assert_non_null(strstr(alone.text, "journal: no second copy: "));
    assert_update(scratch.folder, 7);
    assert_false(journal_double(store_linux(), scratch.folder, &err));
    assert_string_equal(err.text, alone.text);
}

/* The power goes at the first byte of the next record, which replaces the damaged file. */
static void the_only_good_record_is_overwritten_last(void **state)
{
    static const char *const paths[] = {"/work/journal.0", "/work/journal.1"};
    static unsigned char bad[JOURNAL_RECORD_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        CLEANUP(fake_store_free) struct fake_store fake;
        struct fake_power power = {.operations = 0};
        struct journal_record record = {.update = 1};
        struct error alone, err = ERROR_EMPTY;
        enum journal_found found;

        fake_store_make(&fake, &power);
        fake_store_put_folder(&fake, "/work");
        assert_true(journal_write(&fake.store, "/work", &record, &alone, &err));
        fake_store_put(&fake, paths[i], span_of(bad, sizeof(bad)));
        power.cut_at = power.changes + 1;
        record.update = 2;
        assert_false(journal_write(&fake.store, "/work", &record, &alone, &err));
        fake_power_on(&power);
        assert_true(journal_read(&fake.store, "/work", false, &record, &found, &err));
        assert_int_equal(found, JOURNAL_FOUND);
        assert_int_equal(record.update, 1);
    }
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
    assert_true(record.lost);
    record.lost = false;
    record.sequence = 9;
    assert_false(journal_write(store_linux(), folder, &record, &alone, &err));
    assert_string_equal(err.text, "journal: its record is gone from both files");
    assert_int_equal(read_found(folder, &record), JOURNAL_LOST);
    record.lost = false;
    assert_true(journal_write(store_linux(), folder, &record, &alone, &err));
    assert_int_equal(read_found(folder, &record), JOURNAL_FOUND);
}

static void lost_record_is_lost_until_an_update_is_committed(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct journal_record record = {.state = JOURNAL_STAGING, .update = 5, .lost = true};
    struct error alone, err = ERROR_EMPTY;

    (void)state;
    scratch_make(&scratch);
    assert_true(journal_write(store_linux(), scratch.folder, &record, &alone, &err));
    assert_int_equal(read_found(scratch.folder, &record), JOURNAL_LOST);
    assert_int_equal(record.update, 5);
    assert_int_equal(record.state, JOURNAL_STAGING);
}

/* A file that cannot be opened is an error. A torn file is none if the other one holds a whole
 * record. */
static void files_that_cannot_be_opened_are_not_lost(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct journal_record record;
    enum journal_found found;
    struct error err = ERROR_EMPTY;
    struct rlimit limit, none;

    (void)state;
    scratch_make(&scratch);
    write_update(scratch.folder, 3);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    none = (struct rlimit){0, limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    assert_false(journal_read(store_linux(), scratch.folder, false, &record, &found, &err));
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(err.kind, ERROR_JOURNAL);
    assert_non_null(strstr(err.text, "journal: cannot open "));
    assert_non_null(strstr(err.text, "/journal.0: Too many open files"));
    overwrite(scratch.folder, "journal.0", "torn");
    assert_update(scratch.folder, 3);
}

/* A newer program wrote the record, and was then replaced by this one. */
static void whole_record_of_a_newer_format_is_refused_and_not_lost(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch;
    struct journal_record record = {.update = 4};
    unsigned char bytes[JOURNAL_RECORD_SIZE];
    struct error alone, err = ERROR_EMPTY;
    enum journal_found found;
    struct digest digest;

    (void)state;
    scratch_make(&scratch);
    write_update(scratch.folder, 3);
    assert_true(journal_format(&record, bytes, &err));
    bytes[8] = 3;
    digest_of(span_of(bytes, sizeof(bytes) - DIGEST_SIZE), &digest);
    memcpy(bytes + sizeof(bytes) - DIGEST_SIZE, digest.bytes, DIGEST_SIZE);
    scratch_write(&scratch, "journal.1", span_of(bytes, sizeof(bytes)));
    assert_false(journal_read(store_linux(), scratch.folder, false, &record, &found, &err));
    assert_string_equal(err.text,
                        "journal: format 3 is newer than this program, install its release again");
    assert_int_equal(err.kind, ERROR_JOURNAL);
    record = (struct journal_record){.update = 4};
    assert_false(journal_write(store_linux(), scratch.folder, &record, &alone, &err));
    assert_false(journal_double(store_linux(), scratch.folder, &err));
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
        cmocka_unit_test(either_file_alone_has_the_record),
        cmocka_unit_test(record_in_one_file_counts_and_is_doubled_at_a_boot),
        cmocka_unit_test(record_without_a_second_copy_counts_and_that_is_told),
        cmocka_unit_test(the_only_good_record_is_overwritten_last),
        cmocka_unit_test(no_files_are_a_new_camera_unless_a_journal_is_required),
        cmocka_unit_test(files_without_a_valid_record_are_lost_until_adopted),
        cmocka_unit_test(lost_record_is_lost_until_an_update_is_committed),
        cmocka_unit_test(files_that_cannot_be_opened_are_not_lost),
        cmocka_unit_test(whole_record_of_a_newer_format_is_refused_and_not_lost),
        cmocka_unit_test(missing_work_folder_is_no_new_camera),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
