/* SPDX-License-Identifier: Apache-2.0 */
/* What this camera demands of an image, put together from its configuration, keys, flash and
 * journal. */
#ifndef UPDATE_POLICY_H
#define UPDATE_POLICY_H

#include "camera/camera.h"
#include "image/check.h"

struct policy {
    struct image_policy image; /* its keys point into this struct */
    struct key_set keys;
};

/* Fails where the keys or a bank cannot be opened: ERROR_INTERNAL or ERROR_FLASH. */
bool policy_open(const struct camera *camera, const struct journal_record *record,
                 struct policy *policy, struct error *err) MUST_CHECK;

/* The bank that an update of this component goes to: the one not in use, or the only one. */
unsigned policy_target_bank(const struct camera *camera, const struct journal_record *record,
                            enum component which);

#endif
