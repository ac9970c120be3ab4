/* SPDX-License-Identifier: Apache-2.0 */
/* Cameras, images and the policy as rows of the database. */
#ifndef ISPUP_ROLLOUT_STORE_ROW_H
#define ISPUP_ROLLOUT_STORE_ROW_H

#include "ispup/rollout/store.h"

/* In an open transaction of a new database: all of a new rollout, tables, policy, images, cameras.
 */
bool store_row_add_all(struct store *store, const struct rollout *rollout,
                       struct error *err) MUST_CHECK;

/* Writes one camera again. */
bool store_row_save(struct store *store, const struct rollout_camera *camera,
                    struct error *err) MUST_CHECK;

/* Reads all of it; the caller closes the rollout. */
bool store_row_load(struct store *store, struct rollout *rollout, struct error *err) MUST_CHECK;

#endif
