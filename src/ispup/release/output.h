/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An image while it is made: it is written to a file without a name, read back and checked as a
 * camera would check it, and then put into its place. A failure or a signal leaves no file. A link
 * is followed; the file that is replaced keeps its mode and, if this user may give it, its owner.
 */
#ifndef ISPUP_RELEASE_OUTPUT_H
#define ISPUP_RELEASE_OUTPUT_H

#include "base/file.h"
#include "image/check.h"

struct output {
    int fd; /* owned */
    char path[FILE_PATH_SIZE];
    char place[FILE_PATH_SIZE]; /* `path`, or the target of that link */
};

#define OUTPUT_NONE ((struct output){.fd = -1})

bool output_open(struct output *output, const char *path, struct error *err) MUST_CHECK;
void output_discard(struct output *output); /* for CLEANUP; accepts OUTPUT_NONE, leaves it */

/* Whether it would replace this file. */
bool output_replaces(const struct output *output, const char *path);

/* Puts the checked file in its place. A file of the same content is left alone; one of other
 * content is replaced only if `may_replace`. */
bool output_finish(struct output *output, bool may_replace, const struct image_policy *policy,
                   struct checked_image *image, struct error *err) MUST_CHECK;

#endif
