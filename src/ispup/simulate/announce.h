/* SPDX-License-Identifier: Apache-2.0 */
/* What `ispup simulate` says of its cameras. */
#ifndef ISPUP_SIMULATE_ANNOUNCE_H
#define ISPUP_SIMULATE_ANNOUNCE_H

#include "ispup/simulate/camera.h"

/* A line, or with `for_scripts` an object, on standard output. */
void simulate_announce(const struct simulate_camera *camera, bool for_scripts);

/* For a person at the terminal: commands for the first of `count` cameras. */
void simulate_advise(const struct simulate_camera *first, size_t count);

#endif
