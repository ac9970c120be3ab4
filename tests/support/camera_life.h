/* SPDX-License-Identifier: Apache-2.0 */
/* What a test says of a simulated camera's life, in a word each. Each fails the test that it is
 * called in where it does not come true. */
#ifndef SUPPORT_CAMERA_LIFE_H
#define SUPPORT_CAMERA_LIFE_H

#include "protocol/status.h"
#include "simulated_camera.h"

enum { LIFE_LINE_SIZE = 512 };

/* A camera with these banks: image 1 is confirmed, its settings say "factory", the live ones
 * "changed". The caller frees it (CLEANUP). */
void life_begin(struct simulated_camera *simulated, const unsigned banks[COMPONENT_COUNT]);

/* Uploads the image of this number: OK; or refused with this text. */
void life_install(struct simulated_camera *simulated, unsigned number);
void life_refused(struct simulated_camera *simulated, unsigned number, const char *text);

/* The power was off, `recover` runs: its exit status and line; or, in the second, it is fine. */
int life_boot_status(struct simulated_camera *simulated, char line[LIFE_LINE_SIZE]);
void life_boot(struct simulated_camera *simulated);

/* A boot and its trial; and the same behind an upload. */
void life_confirm(struct simulated_camera *simulated);
void life_install_and_confirm(struct simulated_camera *simulated, unsigned number);

/* What ISP_STATUS says. */
void life_status(struct simulated_camera *simulated, enum status_key key, const char *value);

#endif
