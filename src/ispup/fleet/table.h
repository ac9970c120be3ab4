/* SPDX-License-Identifier: Apache-2.0 */
/* Structs as rows of a database: a list of their members makes the table, writes rows and reads
 * them. The first member is the key. */
#ifndef ISPUP_FLEET_TABLE_H
#define ISPUP_FLEET_TABLE_H

#include "ispup/fleet/database.h"

#include <stddef.h>

enum table_kind {
    TABLE_TEXT,   /* an array of char */
    TABLE_OWNED,  /* a pointer to text, or NULL: empty; read: owned by the row */
    TABLE_NUMBER, /* int64_t or uint64_t */
    TABLE_FLAG,   /* bool */
    TABLE_WORD,   /* an enum: its word is written; a word that is none is read as the first one */
};

struct table_field {
    const char *name;
    enum table_kind kind;
    size_t at, size;          /* in the struct */
    const char *const *words; /* of TABLE_WORD; `count` of them, some may be the same */
    size_t count;
};

#define TABLE_PLACE(type, member) offsetof(type, member), sizeof(((type *)NULL)->member)

/* A member that has no words: `kind` without `TABLE_`. The column has the member's name. */
#define TABLE_FIELD(kind, type, member) TABLE_FIELD_AS(#member, kind, type, member)
#define TABLE_FIELD_AS(name, kind, type, member)                                                   \
    {                                                                                              \
        name, TABLE_##kind, TABLE_PLACE(type, member), NULL, 0                                     \
    }

struct table {
    const char *name;
    const struct table_field *fields; /* `count` of them */
    size_t count;
};

bool table_create(struct database *database, const struct table *table,
                  struct error *err) MUST_CHECK;

/* Adds the row, or writes the one with its key again. */
bool table_save(struct database *database, const struct table *table, const void *row,
                struct error *err) MUST_CHECK;

/* Removes the row with its key. */
bool table_remove(struct database *database, const struct table *table, const void *row,
                  struct error *err) MUST_CHECK;

/* How many rows it has. */
size_t table_count(struct database *database, const struct table *table);

/* A query that selects all of a table: `order` follows `ORDER BY`. The caller finalizes it. */
bool table_select(struct database *database, const struct table *table, const char *order,
                  struct sqlite3_stmt **statement, struct error *err) MUST_CHECK;

/* Takes the query's next row. `has_row`: false after the last one. */
bool table_next(struct database *database, const struct table *table,
                struct sqlite3_stmt *statement, void *row, bool *has_row,
                struct error *err) MUST_CHECK;

#endif
