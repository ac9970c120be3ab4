/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole camera in memory: banks of NOR flash, a store that loses what is not synced, and one
 * power for both. An update runs in this process, from the worker's frames on. So a test can cut
 * the power at any operation, boot, and look at the result.
 */
#ifndef SUPPORT_SIMULATED_CAMERA_H
#define SUPPORT_SIMULATED_CAMERA_H

#include "camera/camera.h"
#include "fake_flash.h"
#include "fake_store.h"
#include "image/descriptor.h"
#include "scratch.h"
#include "update/frame.h"

enum { SIMULATED_BLOCK = 512, SIMULATED_BANK_SIZE = 4096, SIMULATED_BANKS = 6 };

struct simulated_camera {
    struct fake_power power;
    struct fake_store store;
    struct fake_flash banks[COMPONENT_COUNT][2];
    struct fake_opener opener;
    struct scratch scratch; /* run folder and boot id */
    struct camera camera;
    char names[COMPONENT_COUNT][2][16];
    unsigned boots;
    bool must_restart; /* what the last update said */
};

/* `banks` has the number of banks of each component (0, 1 or 2). With settings, the live ones
 * say "factory". */
void simulated_make(struct simulated_camera *simulated, const unsigned banks[COMPONENT_COUNT],
                    bool has_settings);
void simulated_free(struct simulated_camera *simulated); /* for CLEANUP */

/* Sets the text of the live settings. */
void simulated_set_live(struct simulated_camera *simulated, const char *text);

/* The bytes of a component in the image V1.00.NN, NN being `number` (to 7). Each has a size of its
 * own. The second block of an image only clears bits of the image before it. */
struct span simulated_component(enum component which, unsigned number);

/* The description of the image V1.00.NN, with the components that the camera has. */
void simulated_describe(const struct simulated_camera *simulated, unsigned number,
                        struct descriptor *descriptor);

/* An update from any worker's frames. True: OK. */
bool simulated_install(struct simulated_camera *simulated, struct frame_pipe frames,
                       struct error *err);

/* Uploads the image V1.00.NN with the components that the camera has. True: OK. */
bool simulated_update(struct simulated_camera *simulated, unsigned number, struct error *err);

/* `adopt --factory` without an image. */
bool simulated_adopt(struct simulated_camera *simulated, struct error *err);

/* The power goes off and comes back: what is not synced is lost (`chance`: fake_store_lose), RAM
 * is empty, the boot id is new. simulated_recover copies the saved settings to the live ones. */
void simulated_power_on(struct simulated_camera *simulated, uint64_t chance);

/* `recover` at a boot; returns its exit status. `line` has 512 bytes. */
int simulated_recover(struct simulated_camera *simulated, char *line);

/* `recover --retry`. */
int simulated_retry(struct simulated_camera *simulated, char *line);

/* `trial` without a probe. */
bool simulated_trial(struct simulated_camera *simulated, struct error *err);

/* What a failed probe and `rollback` do, from an image on trial or from a confirmed one. */
bool simulated_roll_back(struct simulated_camera *simulated, bool with_settings, struct error *err);

/* The number of the image that starts: every component of the camera is whole and belongs to
 * this image. 0: not one image. */
unsigned simulated_running(struct simulated_camera *simulated);

/* Whether the saved settings have this text. */
bool simulated_saved(struct simulated_camera *simulated, const char *text);

#endif
