/* SPDX-License-Identifier: Apache-2.0 */
/* What every boot does last, in the background: a new image is confirmed, or goes away by itself.
 */
#ifndef UPDATE_TRIAL_H
#define UPDATE_TRIAL_H

#include "camera/camera.h"

enum trial_outcome {
    TRIAL_NONE, /* no image is on trial */
    TRIAL_CONFIRMED,
    TRIAL_ROLLED_BACK, /* and the restart was begun */
    TRIAL_KEPT,        /* the probe failed and there is no way back: the image stays, as failed */
};

/* Without a probe confirms at once; with one asks it once a second until it exits 0 or the
 * configured time is over. Takes the lock only to decide, and reads the record again then. */
bool trial_run(const struct camera *camera, enum trial_outcome *outcome,
               struct error *err) MUST_CHECK;

#endif
