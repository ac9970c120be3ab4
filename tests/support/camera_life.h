/* SPDX-License-Identifier: Apache-2.0 */
/* Steps and checks of a simulated camera's life, one short call each. A call whose step or check
 * fails fails the test. */
#ifndef SUPPORT_CAMERA_LIFE_H
#define SUPPORT_CAMERA_LIFE_H

#include "protocol/status.h"
#include "simulated_camera.h"

enum { LIFE_LINE_SIZE = 512 };

/* A camera with these banks: image 1 is confirmed, its settings say "factory", the live ones
 * "changed". The caller frees it (CLEANUP). */
void life_begin(struct simulated_camera *simulated, const unsigned banks[COMPONENT_COUNT]);

/* Uploads the image of this number: it is answered OK, or refused with this text. */
void life_install(struct simulated_camera *simulated, unsigned number);
void life_refused(struct simulated_camera *simulated, unsigned number, const char *text);

/* The power goes off and comes back, and `recover` runs. The first checks exit status and line;
 * the second checks that all is well. */
int life_boot_status(struct simulated_camera *simulated, char line[LIFE_LINE_SIZE]);
void life_boot(struct simulated_camera *simulated);

/* A boot and its trial; the second uploads an image first. */
void life_confirm(struct simulated_camera *simulated);
void life_install_and_confirm(struct simulated_camera *simulated, unsigned number);

/* Checks what ISP_STATUS says. */
void life_status(struct simulated_camera *simulated, enum status_key key, const char *value);

/* The status claims no image that would not start whole: the banks hold the image that ISP_NEXT
 * names, or without ISP_NEXT the one that ISP_VERSION names. UNKNOWN claims nothing. */
void life_check_claims(struct simulated_camera *simulated);

/* Checks that a value of ISP_STATUS contains this text. */
void life_status_has(struct simulated_camera *simulated, enum status_key key, const char *part);

#endif
