/* SPDX-License-Identifier: Apache-2.0 */
/* Opens what a rollout needs besides its database: the images in its folder, and an account for
 * each camera. */
#ifndef ISPUP_ROLLOUT_OPEN_H
#define ISPUP_ROLLOUT_OPEN_H

#include "ispup/fleet/hosts.h"
#include "ispup/rollout/rollout.h"

/* Copies an image that was checked into the folder, and syncs it. */
bool open_copy_image(const struct image_file *image, const char *folder,
                     struct error *err) MUST_CHECK;

/* Notes what the rollout keeps of an image. Refuses a second one for a platform. */
bool open_note_image(struct rollout *rollout, const struct image_file *image,
                     struct error *err) MUST_CHECK;

/* Opens the copies; `images` has room for each of the rollout's, all IMAGE_FILE_NONE. Refuses one
 * that has changed since it was planned. */
bool open_images(const struct rollout *rollout, const char *folder, struct image_file *images,
                 struct error *err) MUST_CHECK;

/* A target for each camera, in their order, without its account. Their words are the cameras'. */
bool open_hosts(const struct rollout *rollout, struct hosts *hosts, struct error *err) MUST_CHECK;

#endif
