/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder of a rollout: `rollout.db`, the images, and `lock`. It must be on a file system whose
 * locks and syncs SQLite can trust, and no one else may write to it.
 */
#ifndef ISPUP_FLEET_FOLDER_H
#define ISPUP_FLEET_FOLDER_H

#include "base/error.h"

/* Makes the folder, or takes an empty one of ours. Refuses a folder that has entries, that others
 * own or may write, and one on a network file system, FUSE or overlay. */
bool folder_make(const char *folder, struct error *err) MUST_CHECK;

/* The same checks for a folder that a rollout is in. */
bool folder_check(const char *folder, struct error *err) MUST_CHECK;

struct folder_lock {
    int fd; /* owned */
};

enum folder_holder {
    FOLDER_FREE,
    FOLDER_RUN,     /* another run holds it */
    FOLDER_UPLOADS, /* uploads of a run that was killed go on */
};

/* Takes the lock, or says who has it. Processes that are forked later keep it until they end. */
bool folder_lock(const char *folder, struct folder_lock *lock, enum folder_holder *holder,
                 struct error *err) MUST_CHECK;

/* Waits until the uploads of a killed run have ended, at most that time. */
bool folder_lock_wait(struct folder_lock *lock, unsigned milliseconds);

void folder_unlock(struct folder_lock *lock); /* for CLEANUP */

#endif
