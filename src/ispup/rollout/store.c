/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/store.h"

#include "base/clock.h"
#include "base/number.h"
#include "image/timestamp.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static const struct database_kind rollout_database = {
    .name = "rollout.db",
    .what = "the database of a rollout",
    .application = 0x69737055, /* `ispU` */
    .version = 1,
};

static const char tables[] =
    "CREATE TABLE value (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE event (number INTEGER PRIMARY KEY, at TEXT NOT NULL, camera TEXT NOT NULL,"
    " kind TEXT NOT NULL, text TEXT NOT NULL, hash TEXT NOT NULL);";

bool store_create(struct store *store, struct error *err)
{
    return database_create(&store->database, tables, err);
}

bool store_open(struct store *store, const char *folder, enum database_way way, struct error *err)
{
    return database_open(&store->database, &rollout_database, folder, way, err);
}

void store_close(struct store *store)
{
    database_close(&store->database);
}

static const char *column(sqlite3_stmt *statement, int at)
{
    const char *text = (const char *)sqlite3_column_text(statement, at);

    return text == NULL ? "" : text;
}

static bool last_hash(struct store *store, char hash[DIGEST_TEXT_SIZE + 1], struct error *err)
{
    sqlite3_stmt *statement = NULL;

    if (!database_prepare(&store->database, "SELECT hash FROM event ORDER BY number DESC LIMIT 1;",
                          &statement, err))
        return false;
    hash[0] = '\0';
    if (sqlite3_step(statement) == SQLITE_ROW)
        (void)snprintf(hash, DIGEST_TEXT_SIZE + 1, "%s", column(statement, 0));
    (void)sqlite3_finalize(statement);
    return true;
}

bool store_event(struct store *store, const struct rollout_camera *camera, const char *kind,
                 const char *text, struct error *err)
{
    char at[TIMESTAMP_SIZE + 1] = "", before[DIGEST_TEXT_SIZE + 1];
    const char *word = camera == NULL ? "" : camera->word;
    struct chain_event event = {.at = span_of(at, TIMESTAMP_SIZE),
                                .camera = span_text(word),
                                .kind = span_text(kind),
                                .members = span_from(span_text(text), 1)};
    sqlite3_stmt *statement = NULL;

    timestamp_format((uint64_t)clock_unix_seconds(), at);
    if (!last_hash(store, before, err) ||
        !database_prepare(&store->database,
                          "INSERT INTO event (at, camera, kind, text, hash) VALUES "
                          "(?1, ?2, ?3, ?4, ?5);",
                          &statement, err))
        return false;
    chain_hash(before, &event, event.hash);
    (void)sqlite3_bind_text(statement, 1, at, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 2, word, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 3, kind, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 4, text, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 5, event.hash, -1, SQLITE_STATIC);
    return database_step(&store->database, statement, err);
}

static bool tell_row(sqlite3_stmt *statement, char before[DIGEST_TEXT_SIZE + 1], store_tell *tell,
                     void *context, struct error *err)
{
    struct chain_event event = {.number = (uint64_t)sqlite3_column_int64(statement, 0),
                                .at = span_text(column(statement, 1)),
                                .camera = span_text(column(statement, 2)),
                                .kind = span_text(column(statement, 3)),
                                .members = span_from(span_text(column(statement, 4)), 1)};

    chain_hash(before, &event, event.hash);
    if (strcmp(event.hash, column(statement, 5)) != 0)
        return error_set(err, ERROR_INTERNAL,
                         "rollout.db: event %" PRIu64 " or the one before was changed",
                         event.number);
    memcpy(before, event.hash, sizeof(event.hash));
    return tell(context, &event, err);
}

bool store_events(struct store *store, store_tell *tell, void *context, struct error *err)
{
    char before[DIGEST_TEXT_SIZE + 1] = "";
    sqlite3_stmt *statement = NULL;
    bool is_well = true;

    if (!database_prepare(&store->database,
                          "SELECT number, at, camera, kind, text, hash FROM event ORDER BY number;",
                          &statement, err))
        return false;
    while (is_well && sqlite3_step(statement) == SQLITE_ROW)
        is_well = tell_row(statement, before, tell, context, err);
    if (is_well && sqlite3_errcode(store->database.handle) != SQLITE_DONE)
        is_well = database_fail(&store->database, err);
    (void)sqlite3_finalize(statement);
    return is_well;
}

bool store_set(struct store *store, const char *name, const char *value, struct error *err)
{
    sqlite3_stmt *statement = NULL;

    if (!database_prepare(&store->database,
                          "INSERT OR REPLACE INTO value (name, value) VALUES (?1, ?2);", &statement,
                          err))
        return false;
    (void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 2, value, -1, SQLITE_STATIC);
    return database_step(&store->database, statement, err);
}

bool store_text(struct store *store, const char *name, char *text, size_t capacity)
{
    struct error err = ERROR_EMPTY;
    sqlite3_stmt *statement = NULL;
    bool is_set;

    if (!database_prepare(&store->database, "SELECT value FROM value WHERE name = ?1;", &statement,
                          &err))
        return false;
    (void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    is_set = sqlite3_step(statement) == SQLITE_ROW;
    if (is_set)
        (void)snprintf(text, capacity, "%s", column(statement, 0));
    (void)sqlite3_finalize(statement);
    return is_set;
}

bool store_set_number(struct store *store, const char *name, int64_t value, struct error *err)
{
    char text[32];

    (void)snprintf(text, sizeof(text), "%" PRId64, value);
    return store_set(store, name, text, err);
}

int64_t store_number(struct store *store, const char *name, int64_t otherwise)
{
    char text[32];
    uint64_t number;

    if (!store_text(store, name, text, sizeof(text)) ||
        !number_parse(span_text(text), INT64_MAX, &number))
        return otherwise;
    return (int64_t)number;
}
