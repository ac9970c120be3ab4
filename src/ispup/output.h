/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An image being made: written to a side file, read back and checked as a camera would, and only
 * then renamed into its place. What is not finished leaves nothing behind.
 */
#ifndef ISPUP_OUTPUT_H
#define ISPUP_OUTPUT_H

#include "base/file.h"
#include "image/check.h"

enum { OUTPUT_SIDE_SIZE = FILE_PATH_SIZE + 32 };

struct output {
    int fd; /* owned */
    char path[FILE_PATH_SIZE];
    char side[OUTPUT_SIDE_SIZE]; /* empty where it has no name */
};

#define OUTPUT_NONE ((struct output){.fd = -1})

bool output_open(struct output *output, const char *path, struct error *err) MUST_CHECK;
void output_discard(struct output *output); /* for CLEANUP; accepts OUTPUT_NONE, leaves it */

/* Puts the checked file in its place. */
bool output_finish(struct output *output, const struct image_policy *policy,
                   struct checked_image *image, struct error *err) MUST_CHECK;

#endif
