/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a camera is at rest, so that an update may begin: asked by the front before the body, and
 * by the installer under the lock. */
#ifndef UPDATE_REST_H
#define UPDATE_REST_H

#include "camera/journal.h"

/* ERROR_BUSY: an image is on trial, or the next boot has to finish an update. A dead update that
 * was not committed is no hindrance: the installer drops it. */
bool rest_check(const struct journal_record *record, struct error *err) MUST_CHECK;

#endif
