/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An image that an input describes, and the policy of the camera for it. Descriptor and archive are
 * made together: a good component adds both a section and a member. The input can also add the
 * members of members.h and lines to the descriptor, and change bytes.
 */
#ifndef FUZZ_IMAGE_PLAN_H
#define FUZZ_IMAGE_PLAN_H

#include "image/check.h"
#include "packing.h"

/* The first byte of the input holds these flags, the second one those of the policy. */
enum image_plan_flag {
    IMAGE_PLAN_BARE = 1,           /* the rest is a complete image */
    IMAGE_PLAN_EMPTY = 2,          /* no [image] section unless a step adds it */
    IMAGE_PLAN_NO_END = 4,         /* no two zero blocks */
    IMAGE_PLAN_TRAILING = 8,       /* a byte after the stream */
    IMAGE_PLAN_SIGNED = 16,        /* a valid signature by the policy's key */
    IMAGE_PLAN_NO_DESCRIPTOR = 32, /* no descriptor unless a step adds it */
};

struct image_plan {
    struct packing packed; /* owned: the image */
    struct key_set keys;
    struct image_policy policy; /* points to the keys */
};

void image_plan_make(struct image_plan *plan, struct span input);
void image_plan_free(struct image_plan *plan); /* for CLEANUP */

#endif
