/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The camera's state, collected from journal, progress and configuration. ISP_STATUS, `ispup-camera
 * status`, SYSTEM_INFO and SYSTEM_LOG all report the same.
 */
#ifndef UPDATE_FRONT_STATUS_H
#define UPDATE_FRONT_STATUS_H

#include "camera/camera.h"
#include "protocol/status.h"

enum { STATUS_LOG_SIZE = 16384 };

/* A lost journal is no failure here: the state is then `failed`, and the result says what to do. */
void status_read(const struct camera *camera, struct status *status);

/* `Key = value` lines, `Firmware Version` first. Returns the size. */
size_t status_system_info(const struct camera *camera, char text[STATUS_LOG_SIZE]);

/* Three lines with the components' versions, then the last lines of our log. */
size_t status_system_log(const struct camera *camera, char text[STATUS_LOG_SIZE]);

#endif
