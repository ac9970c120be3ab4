/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commit and the steps after it. One journal record is the commit point. Every later step can
 * be repeated from that record alone, after any power cut. The installer and `recover` call the
 * same steps.
 */
#ifndef UPDATE_INSTALL_COMMIT_H
#define UPDATE_INSTALL_COMMIT_H

#include "update/install/stage.h"

/* Staged components and prepared settings: all that a commit needs. Only commit_prepare makes it.
 */
struct prepared_update {
    struct journal_record record;
};

/* All that can fail is done here, before the commit: room in one-bank flash, hooks that cannot be
 * run, the copy of the live settings beside the saved ones. */
bool commit_prepare(const struct camera *camera, const struct staged_image *staged,
                    struct prepared_update *prepared, struct error *err) MUST_CHECK;

/* The commit point. If a component with one bank changes, runs `hold` and then writes "writing";
 * otherwise writes "installed". */
bool commit_begin(const struct camera *camera, const struct prepared_update *prepared,
                  struct journal_record *record, struct error *err) MUST_CHECK;

/* Whether the commit ran `hold`: then the ISP may stand still, and `release` need not start it
 * again.
 */
bool commit_held(const struct camera *camera, const struct journal_record *record);

/* From "writing" to "installed": writes each component with one bank from its staged file, then
 * runs `release`. `again`: runs `hold` first, and skips no block, because a block whose writing was
 * cut may read right once and wrong later. */
bool commit_write(const struct camera *camera, struct journal_record *record, bool again,
                  struct error *err) MUST_CHECK;

/* After "installed": runs `activate` for the new banks, then makes the settings current. An update
 * that kept every component becomes idle. */
bool commit_switch(const struct camera *camera, struct journal_record *record,
                   struct error *err) MUST_CHECK;

/* Whether the hardware must be told of a component's bank: it flips, or which bank starts is not
 * known (then of kept banks too). */
bool commit_must_tell(const struct camera *camera, const struct journal_record *record,
                      enum component which, const struct journal_content *starts);

/* Tells the hardware from which of two banks the component starts. If the hook fails, the record
 * says so: then it is not known what starts. */
bool commit_activate(const struct camera *camera, struct journal_record *record,
                     enum component which, unsigned bank_index, struct error *err) MUST_CHECK;

/* Tells the hardware of every bank that starts next, if commit_must_tell. Writes nothing if there
 * was nothing to tell. */
bool commit_activate_all(const struct camera *camera, struct journal_record *record,
                         struct error *err) MUST_CHECK;

/* Whether the update writes a component; false: every component is kept. */
bool commit_has_written(const struct journal_record *record);

/* Whether `recover` has counted this boot for the image on trial: else it was not started. */
bool commit_is_started(const struct camera *camera, const struct journal_record *record);

/* From "installed" to "idle": the target runs, and is confirmed. An unconfirmed image is confirmed
 * from "idle". */
bool commit_confirm(const struct camera *camera, struct journal_record *record,
                    struct error *err) MUST_CHECK;

/* From "installed" to "idle" for an image that failed its trial and has no way back: it stays
 * unconfirmed, and the camera accepts another update. The result becomes `ERROR: WHY: CAUSE`,
 * unless it is an error already. Its settings become current; if they cannot, the old ones stay. */
bool commit_keep_unconfirmed(const struct camera *camera, struct journal_record *record,
                             const char *why, const struct error *cause,
                             struct error *err) MUST_CHECK;

/* The end of an update or a rollback: writes the record as idle with this outcome, then removes the
 * files that no image needs any more. The caller has already set the images in the record. */
bool commit_make_idle(const struct camera *camera, struct journal_record *record,
                      enum journal_outcome outcome, struct error *err) MUST_CHECK;

#endif
