/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the journal's state admits a new update. The front asks before it reads the body, the
 * installer asks again under the lock. */
#ifndef UPDATE_ADMIT_H
#define UPDATE_ADMIT_H

#include "camera/journal.h"

/* ERROR_BUSY: an image is on trial, or the next boot has to finish an update. An update that died
 * before its commit is no reason to refuse: the installer removes what is left of it. Nor is one
 * that the boots have given up: the upload repairs the camera. */
bool admit_update(const struct journal_record *record, struct error *err) MUST_CHECK;

/* Whether what SAVE saves would stay: an update or a rollback that the next boot finishes replaces
 * the saved settings. ERROR_BUSY. */
bool admit_save(const struct journal_record *record, struct error *err) MUST_CHECK;

#endif
