/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The installer's end of the worker's pipe: what came is an image that may go onto this camera, and
 * then its components' bytes. A retired single image tells its size only by its end: it is spooled
 * into the work folder first, and read from there like any other.
 */
#ifndef UPDATE_INTAKE_H
#define UPDATE_INTAKE_H

#include "camera/camera.h"
#include "camera/run.h"
#include "image/check.h"
#include "protocol/command.h"
#include "update/record.h"

/* Bytes that were taken already and come once more: the first ones of a bank that holds the same,
 * then those that differed. */
struct intake_again {
    struct flash *flash; /* borrowed */
    uint64_t at, size;
    struct span held; /* borrowed */
};

struct intake {
    const struct camera *camera; /* borrowed */
    struct record_pipe *records; /* borrowed */
    enum command_family family;
    uint64_t length; /* of the upload: no component of a single image is longer */
    struct record ahead;
    bool has_ahead;
    size_t left;                  /* bytes of the DATA record under way */
    uint64_t allowed;             /* bytes that the component may have beside these */
    char spooled[FILE_PATH_SIZE]; /* a single image's file; empty: the bytes come from the pipe */
    uint64_t spooled_size, spooled_at;
    struct intake_again again;
    uint64_t taken, total;        /* component bytes so far, and in all */
    struct run_progress progress; /* as it was told last */
};

struct intake intake_of(const struct camera *camera, struct record_pipe *records,
                        enum command_family family, uint64_t length);

/* All checks that come before the first component byte. Fills `image`. */
bool intake_check(struct intake *intake, const struct image_policy *policy,
                  struct checked_image *image, struct error *err) MUST_CHECK;

/* How many component bytes are to come, for the progress that each percent tells. */
void intake_expect(struct intake *intake, uint64_t total);

/* Goes to the component that must come now; more than `size` bytes of it are refused, so that a
 * worker that was taken over can fill neither flash nor work folder. */
bool intake_next(struct intake *intake, enum component which, uint64_t size,
                 struct error *err) MUST_CHECK;

/* Fills `data` as far as bytes are there; `got` 0: the component's end. */
bool intake_read(struct intake *intake, void *data, size_t capacity, size_t *got,
                 struct error *err) MUST_CHECK;

/* The worker's word that all ended whole. */
bool intake_end(struct intake *intake, struct error *err) MUST_CHECK;

#endif
