/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies of what cannot be read back. Of a component whose only bank is a vendor's loader, the
 * image that `adopt` is given has the bytes: the next update's way back is made of them.
 */
#ifndef UPDATE_INSTALL_ADOPT_COPIES_H
#define UPDATE_INSTALL_ADOPT_COPIES_H

#include "camera/camera.h"

struct adopt_copies {
    bool wanted[COMPONENT_COUNT];
};

/* Whether the component has one bank, and that bank cannot be read. */
bool adopt_copies_is_needed(const struct camera *camera, enum component which, bool *is_needed,
                            struct error *err) MUST_CHECK;

/* Decides which components of `record` get a new copy, and names it in the record. A copy that
 * `before` names and that holds the same bytes is kept. No other name is one that `before` or a
 * later update uses. ERROR_ROOM, before anything is written. */
bool adopt_copies_plan(const struct camera *camera, const struct journal_record *before,
                       struct journal_record *record, struct adopt_copies *copies,
                       struct error *err) MUST_CHECK;

/* Writes the copies from the image at `path`, each synced and read back. */
bool adopt_copies_write(const struct camera *camera, const char *path,
                        const struct journal_record *record, const struct adopt_copies *copies,
                        struct error *err) MUST_CHECK;

/* After a failure: removes what adopt_copies_write has made. */
void adopt_copies_remove(const struct camera *camera, const struct journal_record *record,
                         const struct adopt_copies *copies);

#endif
