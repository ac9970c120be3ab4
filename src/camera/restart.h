/* SPDX-License-Identifier: Apache-2.0 */
/* Restarts the camera: a program, reboot(2), or none (docs/configuration.md, [restart]). */
#ifndef CAMERA_RESTART_H
#define CAMERA_RESTART_H

#include "camera/configuration.h"

/* Fails with ERROR_FLASH, before anything else is done, if the restart could not be started. */
bool restart_check(const struct configuration *configuration, struct error *err) MUST_CHECK;

/* The same for a person who asks for nothing but a restart: fails also if none is configured. An
 * update is possible then: something else restarts the camera later. */
bool restart_check_asked(const struct configuration *configuration, struct error *err) MUST_CHECK;

/* Waits for the configured delay, then starts the restart. Does not wait for its end. */
bool restart_begin(const struct configuration *configuration, struct error *err) MUST_CHECK;

#endif
