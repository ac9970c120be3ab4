/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Back to the image from before an update: complete, with its settings, or not at all. A bank
 * becomes active only after its digest was read back. A power cut at any point is safe.
 */
#ifndef UPDATE_INSTALL_ROLLBACK_H
#define UPDATE_INSTALL_ROLLBACK_H

#include "camera/camera.h"

/* False if the update on trial kept every component: the image before has the same bytes, so going
 * back would not end what the probe has found. ERROR_FLASH. */
bool rollback_changes_image(const struct journal_record *record, struct error *err) MUST_CHECK;

/* From "installed" to "rolling-back", while the ISP runs. Fails and changes nothing if there is no
 * way back: an old component is not known or not whole any more. ISP_RESULT
 * becomes `why`, unless the update has failed already: the first cause stays. */
bool rollback_begin(const struct camera *camera, struct journal_record *record, const char *why,
                    struct error *err) MUST_CHECK;

/* The same from "installed" or "writing" by `recover`, before the ISP is started. */
bool rollback_begin_at_boot(const struct camera *camera, struct journal_record *record,
                            const char *why, struct error *err) MUST_CHECK;

/* The same from "idle", by hand: to the image before the confirmed one. The present settings stay,
 * unless `with_settings`: then those from before the last update come back. */
bool rollback_to_previous(const struct camera *camera, struct journal_record *record,
                          bool with_settings, const char *why, struct error *err) MUST_CHECK;

/* From "rolling-back" to "idle". May be repeated after a power cut at any point. */
bool rollback_carry_through(const struct camera *camera, struct journal_record *record,
                            struct error *err) MUST_CHECK;

#endif
