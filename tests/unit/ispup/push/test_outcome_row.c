/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/outcome_row.h"

#include "base/memory.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

struct kept {
    uint64_t number;
    struct outcome outcome;
};

static const struct table_field fields[] = {
    {"number", TABLE_NUMBER, TABLE_PLACE(struct kept, number), NULL, 0},
    OUTCOME_ROW(kept, "camera_id"),
};
static const struct table table = {"kept", fields, COUNT_OF(fields)};
static const struct database_kind kind = {
    .name = "test.db", .what = "a test's database", .application = 7, .version = 1};

static void read_first(struct database *database, struct kept *row)
{
    struct error err = ERROR_EMPTY;
    sqlite3_stmt *statement = NULL;
    bool has_row = false;

    assert_true(table_select(database, &table, "number", &statement, &err));
    assert_true(table_next(database, &table, statement, row, &has_row, &err));
    assert_true(has_row);
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
}

/* The reason, the tries and whether it was cut are for the process that settled it. */
static void the_members_of_an_outcome_come_back(void **state)
{
    static const struct kept saved = {.number = 3,
                                      .outcome = {.time = 1900000000,
                                                  .verdict = VERDICT_NOT_DONE,
                                                  .seconds = 17,
                                                  .id = "00:11:22:33:44:55",
                                                  .platform = "0300",
                                                  .before = "V1.00.00",
                                                  .after = "V1.01.00",
                                                  .image_sha256 = "aa",
                                                  .file_sha256 = "bb",
                                                  .update = "7",
                                                  .boot_before = "boot-1",
                                                  .boot_after = "boot-2",
                                                  .why = "because"}};
    CLEANUP(scratch_remove) struct scratch scratch = {.folder = ""};
    CLEANUP(database_close) struct database database = DATABASE_NONE;
    struct kept row;
    struct error err = ERROR_EMPTY;

    (void)state;
    memset(&row, 0, sizeof(row)); /* its padding too: all bytes are compared */
    scratch_make(&scratch);
    assert_true(database_open(&database, &kind, scratch.folder, DATABASE_CREATE, &err));
    assert_true(table_create(&database, &table, &err));
    assert_true(table_save(&database, &table, &saved, &err));
    read_first(&database, &row);
    assert_memory_equal(&row, &saved, sizeof(row));
    assert_int_equal(database_number(&database, "SELECT verdict = 'not done' FROM kept;", 0), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_members_of_an_outcome_come_back)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
