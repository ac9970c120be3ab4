/* SPDX-License-Identifier: Apache-2.0 */
/* What this camera requires of an image: collected from its configuration, keys, flash and journal.
 */
#ifndef UPDATE_INSTALL_POLICY_H
#define UPDATE_INSTALL_POLICY_H

#include "camera/camera.h"
#include "image/check.h"

struct policy {
    struct image_policy image; /* its pointers point into this struct */
    struct key_set keys;
    char folders[COMPONENT_COUNT][FILE_PATH_SIZE]; /* those of room_in */
};

/* Fails if the keys or a bank cannot be opened: ERROR_INTERNAL or ERROR_FLASH. */
bool policy_open(const struct camera *camera, const struct journal_record *record,
                 struct policy *policy, struct error *err) MUST_CHECK;

/* The bank that an update of this component writes: the one not in use, or the only one. */
unsigned policy_target_bank(const struct camera *camera, const struct journal_record *record,
                            enum component which);

#endif
