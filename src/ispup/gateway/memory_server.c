/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/memory.h"
#include "ispup/gateway/memory_table.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = ORIGIN_URL_SIZE + 160 };

/* Empty: none yet. */
static bool read_name(struct memory *memory, char name[NAME_SIZE], struct error *err)
{
    sqlite3_stmt *statement = NULL;

    name[0] = '\0';
    if (!database_prepare(&memory->database, "SELECT name FROM server;", &statement, err))
        return false;
    if (sqlite3_step(statement) == SQLITE_ROW)
        (void)snprintf(name, NAME_SIZE, "%s", (const char *)sqlite3_column_text(statement, 0));
    (void)sqlite3_finalize(statement);
    return true;
}

/* An action without a target is none that the new server can mean. */
static bool write_name(struct memory *memory, const char *name, struct error *err)
{
    sqlite3_stmt *statement = NULL;

    if (!database_execute(&memory->database,
                          "DELETE FROM server; UPDATE action SET controller = '';"
                          "UPDATE device SET attributes = '', confirmation = '';",
                          err) ||
        !database_prepare(&memory->database, "INSERT INTO server VALUES (?1);", &statement, err))
        return false;
    (void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    return database_step(&memory->database, statement, err);
}

static bool change_name(struct memory *memory, const char *name, struct error *err)
{
    if (!database_begin(&memory->database, err))
        return false;
    if (write_name(memory, name, err))
        return database_commit(&memory->database, err);
    database_rollback(&memory->database);
    return false;
}

static bool is_pending(struct memory *memory)
{
    return table_count(&memory->database, &memory_item_table) > 0 ||
           database_number(&memory->database,
                           "SELECT count(*) FROM action WHERE state = 'sending';", 1) > 0;
}

bool memory_take_server(struct memory *memory, const char *server, const char *tenant,
                        struct error *err)
{
    char name[NAME_SIZE], known[NAME_SIZE];

    (void)snprintf(name, sizeof(name), "%s, tenant %s", server, tenant);
    if (!read_name(memory, known, err))
        return false;
    if (strcmp(name, known) == 0)
        return true;
    if (known[0] != '\0' && is_pending(memory))
        return error_set(err, ERROR_CONFIGURATION,
                         "the gateway's folder holds what %.400s was not told yet: name that "
                         "server until all is told, or give [store] another folder",
                         known);
    memory->is_of_other_server = memory->is_dry;
    return memory->is_dry || change_name(memory, name, err);
}
