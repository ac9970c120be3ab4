/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/fleet/table.h"

#include "base/memory.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { STATEMENT_SIZE = 4096 };

static void add(char text[STATEMENT_SIZE], const char *part)
{
    size_t size = strlen(text);

    (void)snprintf(text + size, STATEMENT_SIZE - size, "%s", part);
}

static bool is_number(enum table_kind kind)
{
    return kind == TABLE_NUMBER || kind == TABLE_FLAG;
}

bool table_create(struct database *database, const struct table *table, struct error *err)
{
    char text[STATEMENT_SIZE] = "CREATE TABLE ";

    add(text, table->name);
    for (size_t i = 0; i < table->count; i++) {
        add(text, i == 0 ? " (\"" : ", \"");
        add(text, table->fields[i].name);
        add(text, is_number(table->fields[i].kind) ? "\" INTEGER NOT NULL" : "\" TEXT NOT NULL");
        add(text, i == 0 ? " PRIMARY KEY" : "");
    }
    add(text, ") WITHOUT ROWID;");
    return database_execute(database, text, err);
}

static const char *text_of(const struct table_field *field, const void *value)
{
    unsigned word;

    if (field->kind == TABLE_OWNED)
        return *(char *const *)value == NULL ? "" : *(char *const *)value;
    if (field->kind != TABLE_WORD)
        return value;
    memcpy(&word, value, sizeof(word));
    return word < field->count ? field->words[word] : "";
}

static void bind(sqlite3_stmt *statement, int at, const struct table_field *field, const char *row)
{
    const void *value = row + field->at;
    int64_t number = 0;

    if (field->kind == TABLE_FLAG)
        number = *(const bool *)value;
    else if (field->kind == TABLE_NUMBER)
        memcpy(&number, value, sizeof(number));
    if (is_number(field->kind))
        (void)sqlite3_bind_int64(statement, at, number);
    else
        (void)sqlite3_bind_text(statement, at, text_of(field, value), -1, SQLITE_TRANSIENT);
}

bool table_save(struct database *database, const struct table *table, const void *row,
                struct error *err)
{
    char text[STATEMENT_SIZE] = "INSERT OR REPLACE INTO ";
    sqlite3_stmt *statement = NULL;

    add(text, table->name);
    for (size_t i = 0; i < table->count; i++)
        add(text, i == 0 ? " VALUES (?" : ", ?");
    add(text, ");");
    if (!database_prepare(database, text, &statement, err))
        return false;
    for (size_t i = 0; i < table->count; i++)
        bind(statement, (int)i + 1, &table->fields[i], row);
    return database_step(database, statement, err);
}

bool table_remove(struct database *database, const struct table *table, const void *row,
                  struct error *err)
{
    char text[STATEMENT_SIZE];
    sqlite3_stmt *statement = NULL;

    (void)snprintf(text, sizeof(text), "DELETE FROM %s WHERE \"%s\" = ?;", table->name,
                   table->fields[0].name);
    if (!database_prepare(database, text, &statement, err))
        return false;
    bind(statement, 1, &table->fields[0], row);
    return database_step(database, statement, err);
}

size_t table_count(struct database *database, const struct table *table)
{
    char text[STATEMENT_SIZE];

    (void)snprintf(text, sizeof(text), "SELECT count(*) FROM %s;", table->name);
    return (size_t)database_number(database, text, 0);
}

bool table_select(struct database *database, const struct table *table, const char *order,
                  sqlite3_stmt **statement, struct error *err)
{
    char text[STATEMENT_SIZE];

    (void)snprintf(text, sizeof(text), "SELECT * FROM %s ORDER BY %s;", table->name, order);
    return database_prepare(database, text, statement, err);
}

static unsigned word_in(const struct table_field *field, const char *text)
{
    for (unsigned i = 0; i < field->count; i++)
        if (strcmp(field->words[i], text) == 0)
            return i;
    return 0;
}

static bool copy_text(const char *text, char **copy, struct error *err)
{
    void *memory = NULL;
    size_t size = strlen(text) + 1;

    if (!memory_allocate(&memory, size, err))
        return false;
    memcpy(memory, text, size);
    *copy = memory;
    return true;
}

static bool read_text(const struct table_field *field, const char *text, void *value,
                      struct error *err)
{
    unsigned word;

    if (field->kind == TABLE_OWNED)
        return copy_text(text, value, err);
    if (field->kind == TABLE_WORD) {
        word = word_in(field, text);
        memcpy(value, &word, sizeof(word));
    } else
        (void)snprintf(value, field->size, "%s", text);
    return true;
}

static bool read_field(sqlite3_stmt *statement, int at, const struct table_field *field, char *row,
                       struct error *err)
{
    void *value = row + field->at;
    int64_t number = sqlite3_column_int64(statement, at);
    const char *text;

    if (field->kind == TABLE_FLAG)
        *(bool *)value = number != 0;
    else if (field->kind == TABLE_NUMBER)
        memcpy(value, &number, sizeof(number));
    else {
        text = (const char *)sqlite3_column_text(statement, at);
        return read_text(field, text == NULL ? "" : text, value, err);
    }
    return true;
}

bool table_next(struct database *database, const struct table *table, sqlite3_stmt *statement,
                void *row, bool *has_row, struct error *err)
{
    int result = sqlite3_step(statement);

    *has_row = result == SQLITE_ROW;
    if (!*has_row)
        return result == SQLITE_DONE || database_fail(database, err);
    for (size_t i = 0; i < table->count; i++)
        if (!read_field(statement, (int)i, &table->fields[i], row, err))
            return false;
    return true;
}
