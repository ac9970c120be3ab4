/* SPDX-License-Identifier: Apache-2.0 */
/* A camera at rest: an update may begin (asked by the front before the body, and by the installer
 * under the lock), and how one that was carried through, forth or back, ends. */
#ifndef UPDATE_REST_H
#define UPDATE_REST_H

#include "camera/camera.h"

/* ERROR_BUSY: an image is on trial, or the next boot has to finish an update. A dead update that
 * was not committed is no hindrance: the installer drops it. */
bool rest_check(const struct journal_record *record, struct error *err) MUST_CHECK;

/* Writes the record as idle with this outcome; what of the update it still names stays the
 * caller's. Then removes the files that nothing needs any more. */
bool rest_enter(const struct camera *camera, struct journal_record *record,
                enum journal_outcome outcome, struct error *err) MUST_CHECK;

#endif
