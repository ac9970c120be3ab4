/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/database.h"

#include "base/memory.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

static const struct database_kind kind = {
    .name = "test.db", .what = "a test's database", .application = 7, .version = 1};

static int status_of(int what)
{
    int now = 0, most = 0;

    assert_int_equal(sqlite3_status(what, &now, &most, 0), SQLITE_OK);
    return now;
}

/* More rows than the cache holds, each changed in a transaction of its own. */
static void fill(struct database *database, struct error *err)
{
    assert_true(database_begin(database, err));
    assert_true(database_create(database, "CREATE TABLE row (number INTEGER, text TEXT);", err));
    assert_true(database_execute(
        database,
        "WITH RECURSIVE many(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM many LIMIT 4000)"
        " INSERT INTO row SELECT number, hex(zeroblob(600)) FROM many;",
        err));
    assert_true(database_commit(database, err));
    for (int i = 0; i < 5; i++) {
        assert_true(database_begin(database, err));
        assert_true(
            database_execute(database, "UPDATE row SET text = 'x' WHERE number % 97 = 1;", err));
        assert_true(database_commit(database, err));
    }
}

/* Nothing of it is in the heap, which child processes share. */
static void has_its_whole_cache_in_memory_of_its_own(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch = {.folder = ""};
    CLEANUP(database_close) struct database database = DATABASE_NONE;
    struct error err = ERROR_EMPTY;

    (void)state;
    scratch_make(&scratch);
    assert_true(database_open(&database, &kind, scratch.folder, DATABASE_CREATE, &err));
    fill(&database, &err);
    assert_true(status_of(SQLITE_STATUS_PAGECACHE_USED) > 300);
    assert_int_equal(status_of(SQLITE_STATUS_PAGECACHE_OVERFLOW), 0);
}

static void is_opened_again_in_the_same_process(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch = {.folder = ""};
    struct error err = ERROR_EMPTY;

    (void)state;
    scratch_make(&scratch);
    for (int i = 0; i < 3; i++) {
        CLEANUP(database_close) struct database database = DATABASE_NONE;

        assert_true(database_open(&database, &kind, scratch.folder,
                                  i == 0 ? DATABASE_CREATE : DATABASE_WRITE, &err));
        if (i == 0)
            fill(&database, &err);
        assert_int_equal(database_number(&database, "SELECT count(*) FROM row;", 0), 4000);
    }
}

/* A sum of rows that were read at two moments would be none of any moment. */
static void a_reader_sees_one_moment(void **state)
{
    CLEANUP(scratch_remove) struct scratch scratch = {.folder = ""};
    CLEANUP(database_close) struct database writer = DATABASE_NONE;
    CLEANUP(database_close) struct database reader = DATABASE_NONE;
    CLEANUP(database_close) struct database later = DATABASE_NONE;
    struct error err = ERROR_EMPTY;

    (void)state;
    scratch_make(&scratch);
    assert_true(database_open(&writer, &kind, scratch.folder, DATABASE_CREATE, &err));
    fill(&writer, &err);
    assert_true(database_open(&reader, &kind, scratch.folder, DATABASE_READ, &err));
    assert_true(database_execute(&writer, "DELETE FROM row WHERE number > 7;", &err));
    assert_int_equal(database_number(&reader, "SELECT count(*) FROM row;", 0), 4000);
    assert_true(database_open(&later, &kind, scratch.folder, DATABASE_READ, &err));
    assert_int_equal(database_number(&later, "SELECT count(*) FROM row;", 0), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_its_whole_cache_in_memory_of_its_own),
        cmocka_unit_test(is_opened_again_in_the_same_process),
        cmocka_unit_test(a_reader_sees_one_moment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
