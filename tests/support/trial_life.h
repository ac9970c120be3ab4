/* SPDX-License-Identifier: Apache-2.0 */
/* Trials of a simulated camera: the probe, the other hooks, and the restart. */
#ifndef SUPPORT_TRIAL_LIFE_H
#define SUPPORT_TRIAL_LIFE_H

#include "camera_life.h"
#include "update/boot/trial.h"

enum { TRIAL_LIFE_PATIENCE = 30000 /* ms; a step that takes this long hangs */ };

#define TRIAL_LIFE_FAILS "#!/bin/sh\necho no picture >&2\nexit 1\n"
#define TRIAL_LIFE_PASSES "#!/bin/sh\nexit 0\n"

/* Runs `trial`; fails the test if it ends with an error. */
enum trial_outcome trial_life_try(struct simulated_camera *simulated);

/* Uploads the image of this number, and boots it. */
void trial_life_install(struct simulated_camera *simulated, unsigned number);

/* Writes a script into the scratch folder, and names it in the configuration. */
void trial_life_program(struct simulated_camera *simulated, const char *name, const char *script,
                        struct process_command *command);

/* Makes this script the probe. `trial` lasts 0 seconds: it runs the probe once. */
void trial_life_probe(struct simulated_camera *simulated, const char *script);

/* From now on a restart writes into a pipe. The caller owns the returned descriptor. */
int trial_life_expect_restart(struct simulated_camera *simulated);

/* From now on a restart cannot be started; a `trial` that restarts the camera fails. */
void trial_life_forbid_restart(struct simulated_camera *simulated);

/* Leaves room for the staged image, but not for a copy of the old one. */
void trial_life_leave_room_for_one(struct simulated_camera *simulated);

#endif
