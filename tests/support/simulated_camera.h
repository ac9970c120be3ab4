/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole camera in memory: banks of NOR flash, a store that loses what was not synced, one power
 * behind both. An update runs in this process, from the worker's records on, so that a test can let
 * the power go at any operation, boot, and look.
 */
#ifndef SUPPORT_SIMULATED_CAMERA_H
#define SUPPORT_SIMULATED_CAMERA_H

#include "camera/camera.h"
#include "fake_flash.h"
#include "fake_store.h"
#include "image/descriptor.h"
#include "scratch.h"
#include "update/record.h"

enum { SIMULATED_BLOCK = 512, SIMULATED_BANK_SIZE = 4096, SIMULATED_BANKS = 6 };

struct simulated_camera {
    struct fake_power power;
    struct fake_store store;
    struct fake_flash banks[COMPONENT_COUNT][2];
    struct fake_opener opener;
    struct scratch scratch; /* the run folder and the boot id: RAM, so in a real folder */
    struct camera camera;
    char names[COMPONENT_COUNT][2][16];
    unsigned boots;
};

/* `banks` says how many each component has (0, 1 or 2). With settings: live ones say "factory". */
void simulated_make(struct simulated_camera *simulated, const unsigned banks[COMPONENT_COUNT],
                    bool has_settings);
void simulated_free(struct simulated_camera *simulated); /* for CLEANUP */

/* What the live settings say. */
void simulated_set_live(struct simulated_camera *simulated, const char *text);

/* The bytes of a component in the image V1.00.NN, NN being `number`: another size for each. */
struct span simulated_component(enum component which, unsigned number);

/* What the image V1.00.NN says of itself, with the components that the camera has. */
void simulated_describe(const struct simulated_camera *simulated, unsigned number,
                        struct descriptor *descriptor);

/* An update from whatever a worker sends. True: OK. */
bool simulated_install(struct simulated_camera *simulated, struct record_pipe records,
                       struct error *err);

/* Uploads the image V1.00.NN with the components that the camera has. True: OK. */
bool simulated_update(struct simulated_camera *simulated, unsigned number, struct error *err);

/* The power was off: what was not synced is lost (`chance`: fake_store_lose), RAM is gone, a new
 * boot id. The settings are copied from the saved ones to the live ones by simulated_recover. */
void simulated_power_on(struct simulated_camera *simulated, uint64_t chance);

/* `recover` at a boot; its exit status. `line` of 512 bytes. */
int simulated_recover(struct simulated_camera *simulated, char *line);

/* `recover --retry`. */
int simulated_retry(struct simulated_camera *simulated, char *line);

/* `trial` without a probe. */
bool simulated_trial(struct simulated_camera *simulated, struct error *err);

/* What a failed probe and `rollback` do: from an image on trial, or from a confirmed one. */
bool simulated_roll_back(struct simulated_camera *simulated, bool with_settings, struct error *err);

/* The number of the image that starts: every component that the camera has is whole and of this
 * image. 0: not one image. */
unsigned simulated_running(struct simulated_camera *simulated);

/* Whether the saved settings say this. */
bool simulated_saved(struct simulated_camera *simulated, const char *text);

#endif
