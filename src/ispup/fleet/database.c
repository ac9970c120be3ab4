/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/database.h"

#include "base/file.h"
#include "ispup/fleet/unforked.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BUSY_MILLISECONDS = 10000,
    PAGE = 4096,       /* of a database; larger ones have their cache in the heap */
    CACHE_PAGES = 512, /* as many as SQLite keeps at a time */
};

bool database_fail(struct database *database, struct error *err)
{
    return error_set(err, ERROR_INTERNAL, "%s: %s", database->kind->name,
                     sqlite3_errmsg(database->handle));
}

bool database_execute(struct database *database, const char *text, struct error *err)
{
    if (sqlite3_exec(database->handle, text, NULL, NULL, NULL) == SQLITE_OK)
        return true;
    return database_fail(database, err);
}

bool database_prepare(struct database *database, const char *text, struct sqlite3_stmt **statement,
                      struct error *err)
{
    if (sqlite3_prepare_v2(database->handle, text, -1, statement, NULL) == SQLITE_OK)
        return true;
    return database_fail(database, err);
}

bool database_step(struct database *database, struct sqlite3_stmt *statement, struct error *err)
{
    bool is_done = sqlite3_step(statement) == SQLITE_DONE;

    if (!is_done)
        (void)database_fail(database, err);
    (void)sqlite3_finalize(statement);
    return is_done;
}

int64_t database_number(struct database *database, const char *text, int64_t otherwise)
{
    sqlite3_stmt *statement = NULL;
    int64_t value = otherwise;

    if (sqlite3_prepare_v2(database->handle, text, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        value = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    return value;
}

bool database_create(struct database *database, const char *tables, struct error *err)
{
    char versions[96];

    (void)snprintf(versions, sizeof(versions),
                   "PRAGMA application_id = %d; PRAGMA user_version = %d;",
                   database->kind->application, database->kind->version);
    return database_execute(database, versions, err) && database_execute(database, tables, err);
}

static bool check_kind(struct database *database, struct error *err)
{
    const struct database_kind *kind = database->kind;
    int64_t version = database_number(database, "PRAGMA user_version;", -1);

    if (version < 0)
        return database_fail(database, err);
    if (database_number(database, "PRAGMA application_id;", -1) != kind->application)
        return error_set(err, ERROR_INTERNAL, "%s: not %s", kind->name, kind->what);
    if (version != kind->version)
        return error_set(err, ERROR_INTERNAL,
                         "%s: version %" PRId64 ", this ispup knows version %d: use the ispup that "
                         "made it",
                         kind->name, version, kind->version);
    return true;
}

/* Finds damage of the file before anything is decided by it. */
static bool check_whole(struct database *database, struct error *err)
{
    sqlite3_stmt *statement = NULL;
    bool is_whole;

    if (!database_prepare(database, "PRAGMA quick_check(1);", &statement, err))
        return false;
    is_whole = sqlite3_step(statement) == SQLITE_ROW &&
               strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
    (void)sqlite3_finalize(statement);
    if (is_whole)
        return true;
    return error_set(err, ERROR_INTERNAL, "%s: damaged; it was not changed, restore it from a copy",
                     database->kind->name);
}

static bool set_up(struct database *database, enum database_way way, struct error *err)
{
    (void)sqlite3_busy_timeout(database->handle, BUSY_MILLISECONDS);
    if (way == DATABASE_READ) /* all reads see one moment */
        return database_execute(database, "BEGIN;", err) && check_kind(database, err) &&
               check_whole(database, err);
    if (way == DATABASE_WRITE && (!check_kind(database, err) || !check_whole(database, err)))
        return false;
    return database_execute(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;", err);
}

/* SQLite makes files of its own beside one that is in use, also to read it. */
static bool cannot_make_files(const struct database *database)
{
    int code = sqlite3_extended_errcode(database->handle);

    return (code & 0xff) == SQLITE_CANTOPEN || code == SQLITE_IOERR_SHMSIZE ||
           code == SQLITE_IOERR_SHMOPEN || code == SQLITE_IOERR_SHMMAP;
}

static void explain(struct database *database, const char *path, struct error *err)
{
    if (cannot_make_files(database) && access(path, R_OK) == 0)
        (void)error_set(err, ERROR_INTERNAL,
                        "%s: its folder cannot be written, or is full: copy the folder to a place "
                        "that can be written, and read it there",
                        database->kind->name);
}

static bool open_file(struct database *database, const char *path, enum database_way way,
                      struct error *err)
{
    static const int flags[] = {
        [DATABASE_READ] = SQLITE_OPEN_READONLY,
        [DATABASE_WRITE] = SQLITE_OPEN_READWRITE,
        [DATABASE_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE,
    };
    mode_t before = umask(077);
    int result = sqlite3_open_v2(path, &database->handle, flags[way] | SQLITE_OPEN_NOFOLLOW, NULL);
    bool is_open = result == SQLITE_OK ? set_up(database, way, err) : database_fail(database, err);

    (void)umask(before);
    if (!is_open && way == DATABASE_READ)
        explain(database, path, err);
    if (!is_open)
        database_close(database);
    return is_open;
}

/* Each transaction changes pages of the cache: child processes must not keep old ones. SQLite takes
 * the memory only before it is first used; it stays until the program ends. */
static bool keep_cache_from_children(struct error *err)
{
    size_t size;
    void *cache;
    int head = 0;

    (void)sqlite3_config(SQLITE_CONFIG_PCACHE_HDRSZ, &head);
    size = CACHE_PAGES * (PAGE + (size_t)head);
    if (!unforked_open(&cache, size, err))
        return false;
    if (sqlite3_config(SQLITE_CONFIG_PAGECACHE, cache, PAGE + head, CACHE_PAGES) != SQLITE_OK)
        unforked_close(cache, size);
    return true;
}

bool database_open(struct database *database, const struct database_kind *kind, const char *folder,
                   enum database_way way, struct error *err)
{
    char path[FILE_PATH_SIZE];

    database->kind = kind;
    return file_path(folder, kind->name, path, err) && keep_cache_from_children(err) &&
           open_file(database, path, way, err);
}

void database_close(struct database *database)
{
    (void)sqlite3_close_v2(database->handle);
    database->handle = NULL;
}

bool database_begin(struct database *database, struct error *err)
{
    return database_execute(database, "BEGIN IMMEDIATE;", err);
}

bool database_commit(struct database *database, struct error *err)
{
    if (database_execute(database, "COMMIT;", err))
        return true;
    database_rollback(database);
    return false;
}

void database_rollback(struct database *database)
{
    (void)sqlite3_exec(database->handle, "ROLLBACK;", NULL, NULL, NULL);
}

bool database_end(struct database *database, struct error *err)
{
    return database_execute(database,
                            "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;", err);
}
