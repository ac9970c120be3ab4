/* SPDX-License-Identifier: Apache-2.0 */
/* Runs last at every boot, in the background: confirms a new image, or rolls it back. */
#ifndef UPDATE_BOOT_TRIAL_H
#define UPDATE_BOOT_TRIAL_H

#include "camera/camera.h"

enum trial_outcome {
    TRIAL_NONE,       /* no image is on trial */
    TRIAL_INCOMPLETE, /* recover failed at this boot: nothing is confirmed */
    TRIAL_CONFIRMED,
    TRIAL_ROLLED_BACK, /* and the restart has begun */
    TRIAL_KEPT,        /* the probe failed, no way back: the image stays unconfirmed */
};

/* Without a probe it confirms at once. With one it runs the probe once a second until it exits with
 * 0 or the configured time is over. Takes the lock only to decide, and then reads the record again.
 */
bool trial_run(const struct camera *camera, enum trial_outcome *outcome,
               struct error *err) MUST_CHECK;

#endif
