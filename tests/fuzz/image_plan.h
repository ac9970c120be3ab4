/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An image as an input describes it, and what the camera demands of it. Descriptor and archive are
 * made together: a good component brings its section and its member. Beside that, what members.h
 * adds, lines of the descriptor as the input has them, and changes.
 */
#ifndef FUZZ_IMAGE_PLAN_H
#define FUZZ_IMAGE_PLAN_H

#include "image/check.h"
#include "packing.h"

/* The first byte of the input says which of these there are; the second is the policy's. */
enum image_plan_flag {
    IMAGE_PLAN_BARE = 1,           /* the rest is an image as it is */
    IMAGE_PLAN_EMPTY = 2,          /* no [image] section but what the steps say */
    IMAGE_PLAN_NO_END = 4,         /* no two zero blocks */
    IMAGE_PLAN_TRAILING = 8,       /* a byte behind the stream */
    IMAGE_PLAN_SIGNED = 16,        /* a good signature, by the policy's key */
    IMAGE_PLAN_NO_DESCRIPTOR = 32, /* no descriptor but what the steps say */
};

struct image_plan {
    struct packing packed; /* owned: the image */
    struct key_set keys;
    struct image_policy policy; /* points to the keys */
};

void image_plan_make(struct image_plan *plan, struct span input);
void image_plan_free(struct image_plan *plan); /* for CLEANUP */

#endif
