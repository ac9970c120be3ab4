/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Back to what ran before an update: whole, with its settings, or not at all. A bank is made active
 * only after its digest was just read back. As safe against cuts as an update.
 */
#ifndef UPDATE_ROLLBACK_H
#define UPDATE_ROLLBACK_H

#include "camera/camera.h"

/* From "installed" to "rolling-back": fails, and changes nothing, where one of the old components
 * is not known or not whole any more. `why` is what ISP_RESULT tells. */
bool rollback_begin(const struct camera *camera, struct journal_record *record, const char *why,
                    struct error *err) MUST_CHECK;

/* The same from "idle", by hand: to the image before the confirmed one. The present settings stay,
 * unless `with_settings`: then those from before the last update come back. */
bool rollback_to_previous(const struct camera *camera, struct journal_record *record,
                          bool with_settings, const char *why, struct error *err) MUST_CHECK;

/* From "rolling-back" to "idle". May be repeated after a cut anywhere in it. */
bool rollback_carry_through(const struct camera *camera, struct journal_record *record,
                            struct error *err) MUST_CHECK;

#endif
