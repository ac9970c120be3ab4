/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the commit on: one journal record makes the update happen, and everything behind it can be
 * done again from that record alone, after any cut. The installer and `recover` call the same
 * steps.
 */
#ifndef UPDATE_COMMIT_H
#define UPDATE_COMMIT_H

#include "update/stage.h"

/* What has to be there before a commit: staged components and prepared settings. Made by
 * commit_prepare alone. */
struct prepared_update {
    struct journal_record record;
};

/* Whatever can fail, fails here: room in one-bank flash, hooks that cannot be run, the copy of the
 * live settings beside the saved ones. */
bool commit_prepare(const struct camera *camera, const struct staged_image *staged,
                    struct prepared_update *prepared, struct error *err) MUST_CHECK;

/* The commit point: writes "writing" where a one-bank component changes (and then runs `hold`
 * before it), else "installed". */
bool commit_begin(const struct camera *camera, const struct prepared_update *prepared,
                  struct journal_record *record, struct error *err) MUST_CHECK;

/* From "writing" to "installed": writes every one-bank component from its staged file, between
 * `hold` (which the first time commit_begin has run) and `release`. `again`: a cut may have left
 * blocks that read right and will not hold, so nothing is skipped. */
bool commit_write(const struct camera *camera, struct journal_record *record, bool again,
                  struct error *err) MUST_CHECK;

/* From "installed" on: `activate` for the new banks, then the settings become current; an update
 * that kept everything becomes idle. */
bool commit_switch(const struct camera *camera, struct journal_record *record,
                   struct error *err) MUST_CHECK;

/* From "installed" to "idle": the target is what runs. */
bool commit_confirm(const struct camera *camera, struct journal_record *record,
                    struct error *err) MUST_CHECK;

/* The same for an image that was not confirmed and that there is no way back from: it stays, the
 * camera takes another update, and the result tells: `ERROR: WHY: CAUSE`. */
bool commit_keep_failed(const struct camera *camera, struct journal_record *record, const char *why,
                        const struct error *cause, struct error *err) MUST_CHECK;

#endif
