/* SPDX-License-Identifier: Apache-2.0 */
/* The camera's restart: a program, reboot(2), or none (docs/configuration.md, [restart]). */
#ifndef CAMERA_RESTART_H
#define CAMERA_RESTART_H

#include "camera/configuration.h"

/* Waits the configured delay, then starts it. Returns when it was started. */
bool restart_begin(const struct configuration *configuration, struct error *err) MUST_CHECK;

#endif
