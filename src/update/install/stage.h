/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes the components' bytes: into the bank not in use, or into the work folder. They are hashed
 * as they come, and read back from the medium.
 */
#ifndef UPDATE_INSTALL_STAGE_H
#define UPDATE_INSTALL_STAGE_H

#include "update/install/intake.h"
#include "update/install/plan.h"

struct staged_image {
    struct journal_record record; /* the one to commit; its state is not set */
};

/* Writes the record "staging" before the first byte goes to a spare bank. On failure the caller
 * calls stage_abandon. */
bool stage_components(const struct camera *camera, const struct plan *plan, struct intake *intake,
                      struct staged_image *staged, struct error *err) MUST_CHECK;

/* Ends an update that has no commit: removes staged files and prepared settings. A journal at
 * "staging" becomes idle, with this `result`. `recover` calls it after a power cut. */
bool stage_abandon(const struct camera *camera, struct journal_record *record, const char *result,
                   struct error *err) MUST_CHECK;

#endif
