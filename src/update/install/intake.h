/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The installer's end of the worker's pipe: checks that the upload is an image for this camera,
 * then gives its components' bytes. A single image (a retired command) has no size before its end,
 * so it goes into a file of the work folder first, and is read from there.
 */
#ifndef UPDATE_INSTALL_INTAKE_H
#define UPDATE_INSTALL_INTAKE_H

#include "camera/camera.h"
#include "camera/run_folder.h"
#include "image/check.h"
#include "protocol/command.h"
#include "update/frame.h"
#include "update/install/spool.h"

struct intake {
    struct spool_input input;    /* first: the input's address is the intake's */
    const struct camera *camera; /* borrowed */
    struct frame_pipe *frames;   /* borrowed */
    enum command_family family;
    uint64_t length; /* of the upload; a single image is not longer */
    struct frame ahead;
    bool has_ahead;
    size_t left;                  /* bytes of the current DATA frame */
    uint64_t allowed;             /* bytes that the component may still have after these */
    char spooled[FILE_PATH_SIZE]; /* the file of a single image; empty: read the pipe */
    uint64_t spooled_at;
    uint64_t taken, total;               /* component bytes so far, and of all components */
    struct run_folder_progress progress; /* as it was written last */
};

struct intake intake_of(const struct camera *camera, struct frame_pipe *frames,
                        enum command_family family, uint64_t length);

/* Does all checks before the first component byte is taken. Fills `image`. */
bool intake_check(struct intake *intake, const struct image_policy *policy,
                  struct checked_image *image, struct error *err) MUST_CHECK;

/* `total`: component bytes to come; the progress is written at each percent. */
void intake_expect(struct intake *intake, uint64_t total);

/* Begins the component that must come next. Refuses more than `size` bytes of it, so that a worker
 * under an attacker's control can fill neither flash nor work folder. */
bool intake_next(struct intake *intake, enum component which, uint64_t size,
                 struct error *err) MUST_CHECK;

/* Fills `data` with what is there, at most `capacity` bytes; `got` 0: the component's end. */
bool intake_read(struct intake *intake, void *data, size_t capacity, size_t *got,
                 struct error *err) MUST_CHECK;

/* Fails unless the worker says that the upload ended correctly. */
bool intake_end(struct intake *intake, struct error *err) MUST_CHECK;

#endif
