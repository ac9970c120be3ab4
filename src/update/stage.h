/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The components' bytes on their way in: into the bank not in use, or into the work folder; hashed
 * as they come, read back from the medium. What comes out is everything that a commit needs.
 */
#ifndef UPDATE_STAGE_H
#define UPDATE_STAGE_H

#include "update/intake.h"
#include "update/plan.h"

struct staged_image {
    struct journal_record record; /* the journal's as it will be committed; its state is not set */
};

/* Writes the journal's "staging" record before the first byte goes to a spare bank. On failure the
 * caller calls stage_abandon. */
bool stage_components(const struct camera *camera, const struct plan *plan, struct intake *intake,
                      struct staged_image *staged, struct error *err) MUST_CHECK;

/* An update that ended before its commit: staged files and prepared settings go, and a journal at
 * "staging" becomes idle again, which tells `result`. Also what `recover` does for a dead one. */
bool stage_abandon(const struct camera *camera, struct journal_record *record, const char *result,
                   struct error *err) MUST_CHECK;

#endif
