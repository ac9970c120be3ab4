/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The database of a rollout, `rollout.db` in its folder (fleet/database.h). It holds no password.
 *
 * State and events change in one transaction. An event holds the SHA-256 of the one before, so that
 * a changed or removed event is found (evidence/chain.h).
 */
#ifndef ISPUP_ROLLOUT_STORE_H
#define ISPUP_ROLLOUT_STORE_H

#include "base/error.h"
#include "ispup/evidence/chain.h"
#include "ispup/fleet/database.h"
#include "ispup/rollout/rollout.h"

#include <stdint.h>

struct store {
    struct database database; /* owned */
};

#define STORE_NONE ((struct store){DATABASE_NONE})

/* `rollout.db` in the rollout's folder; see database.h. ERROR_INTERNAL. */
bool store_open(struct store *store, const char *folder, enum database_way way,
                struct error *err) MUST_CHECK;
/* Makes the empty tables of events and values, in an open transaction of a new database. */
bool store_create(struct store *store, struct error *err) MUST_CHECK;
void store_close(struct store *store); /* for CLEANUP; takes back an open transaction */

/* Adds an event. `camera` is NULL for the rollout itself. `text`: one JSON object. */
bool store_event(struct store *store, const struct rollout_camera *camera, const char *kind,
                 const char *text, struct error *err) MUST_CHECK;

/* Sets and reads what is kept by name; a value that was never set is `otherwise`. */
bool store_set(struct store *store, const char *name, const char *value,
               struct error *err) MUST_CHECK;
bool store_set_number(struct store *store, const char *name, int64_t value,
                      struct error *err) MUST_CHECK;
int64_t store_number(struct store *store, const char *name, int64_t otherwise);
bool store_text(struct store *store, const char *name, char *text, size_t capacity);

/* Calls `tell` for each event in order, which may stop by returning false. The event's words are
 * borrowed until the next one. False, with `err`: an event does not fit to the one before, or
 * cannot be read. */
typedef bool store_tell(void *context, const struct chain_event *event, struct error *err);
bool store_events(struct store *store, store_tell *tell, void *context,
                  struct error *err) MUST_CHECK;

#endif
