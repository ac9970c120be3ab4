/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A database in a file: SQLite with write-ahead log, each transaction on the disk before it is told
 * (synchronous=FULL), mode 0600. The file says whose it is, and of which version.
 */
#ifndef ISPUP_FLEET_DATABASE_H
#define ISPUP_FLEET_DATABASE_H

#include "base/error.h"

#include <stdint.h>

struct sqlite3;
struct sqlite3_stmt;

/* Which database a program means. */
struct database_kind {
    const char *name; /* of the file: `rollout.db` */
    const char *what; /* `the database of a rollout` */
    int application;  /* PRAGMA application_id, as file(1) shows it */
    int version;      /* PRAGMA user_version: of its tables */
};

struct database {
    const struct database_kind *kind; /* borrowed */
    struct sqlite3 *handle;           /* owned */
};

#define DATABASE_NONE ((struct database){NULL, NULL})

enum database_way {
    DATABASE_READ, /* as it is now, without the right to write, also while another process writes */
    DATABASE_WRITE,  /* must exist */
    DATABASE_CREATE, /* must not exist */
};

/* The file of that kind in the folder. Refuses a file that is not of that kind, of another version,
 * or damaged. ERROR_INTERNAL. */
bool database_open(struct database *database, const struct database_kind *kind, const char *folder,
                   enum database_way way, struct error *err) MUST_CHECK;
void database_close(struct database *database); /* for CLEANUP; takes back an open transaction */

/* In an open transaction of a new database: says whose it is, and makes the tables. A database that
 * is there is whole. */
bool database_create(struct database *database, const char *tables, struct error *err) MUST_CHECK;

/* All changes between the two are made, or none. A commit that fails is taken back. */
bool database_begin(struct database *database, struct error *err) MUST_CHECK;
bool database_commit(struct database *database, struct error *err) MUST_CHECK;
void database_rollback(struct database *database);

/* Nothing will be written any more: one file that can be opened without the right to write. */
bool database_end(struct database *database, struct error *err) MUST_CHECK;

/* Prepares one statement; the caller finalizes it. */
bool database_prepare(struct database *database, const char *text, struct sqlite3_stmt **statement,
                      struct error *err) MUST_CHECK;
/* Runs a statement without rows, and finalizes it. */
bool database_step(struct database *database, struct sqlite3_stmt *statement,
                   struct error *err) MUST_CHECK;
bool database_execute(struct database *database, const char *text, struct error *err) MUST_CHECK;
/* The first number of its first row; `otherwise` if there is none. */
int64_t database_number(struct database *database, const char *text, int64_t otherwise);
/* Sets the error to what SQLite says. Always returns false. */
bool database_fail(struct database *database, struct error *err);

#endif
