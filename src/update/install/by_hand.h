/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an operator decides about the image: `ispup-camera confirm` and `rollback`, and CONFIRM and
 * ROLLBACK over HTTP. The caller holds the lock.
 */
#ifndef UPDATE_INSTALL_BY_HAND_H
#define UPDATE_INSTALL_BY_HAND_H

#include "camera/camera.h"

/* Confirms the image that is on trial or unconfirmed. */
bool by_hand_confirm(const struct camera *camera, struct error *err) MUST_CHECK;

/* Restores the image before; `with_settings`: also its settings. `must_restart`: the rollback has
 * begun, so the caller restarts the camera, also after a failure: the next boot goes on. From here
 * on the process ignores SIGHUP, SIGINT and SIGTERM: a bank must not be left half written. */
bool by_hand_roll_back(const struct camera *camera, bool with_settings, bool *must_restart,
                       struct error *err) MUST_CHECK;

#endif
