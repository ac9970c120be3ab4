/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether an image may go onto a camera: the three checks of the specification and those beyond
 * them (docs/image-format.md, "What is refused"). Packer, host and camera call these, so they
 * refuse the same file for the same reason in the same words. `struct checked_image` is made here
 * alone: who has one has gone through all checks that come before the first component byte.
 */
#ifndef IMAGE_CHECK_H
#define IMAGE_CHECK_H

#include "image/descriptor.h"
#include "image/name.h"
#include "image/signature.h"

/* What the camera (or the person who asks in its name) demands. */
struct image_policy {
    struct image_platform platform;
    bool signature_required;
    const struct key_set *keys; /* borrowed; may be NULL where no signature is required */
    bool downgrade_refused;
    /* What the confirmed image has, for `downgrade_refused`; unknown ones are not compared. */
    struct image_version running[COMPONENT_COUNT];
    /* Bytes that each component's flash takes; 0: the camera has no flash for it. */
    uint64_t room[COMPONENT_COUNT];
};

struct checked_image {
    struct image_name name;
    struct descriptor descriptor;
    struct digest description; /* the descriptor's digest: what the image is known by */
    bool is_signed;            /* by whomever: carries one signature or more */
    bool has_description;      /* false for a retired single image: it carries none */
};

/* Checks 1 and 2, as soon as the name is there. Texts: "file name: ...",
 * "ISP platform: image is for 0400, camera is 0300". */
bool check_name(struct span file_name, const struct image_policy *policy, struct image_name *name,
                struct error *err) MUST_CHECK;

/* Check 3, the name's platform and version against the descriptor's, signature, downgrade, and
 * that each component has flash and fits. */
bool check_description(const struct image_name *name, struct span description,
                       struct span signature, const struct image_policy *policy,
                       struct checked_image *image, struct error *err) MUST_CHECK;

/* A retired single image: its name alone speaks for it; refused where a signature is required. The
 * one component's size and digest are known, and put there by the caller, once all of it has come.
 */
bool check_single(struct span file_name, enum component which, const struct image_policy *policy,
                  struct checked_image *image, struct error *err) MUST_CHECK;

/* A component's bytes, once all have come. "ISP-F-...bin: digest differs from ISP-Image.desc" */
bool check_component(const struct descriptor_component *component, uint64_t size,
                     const struct digest *digest, struct error *err) MUST_CHECK;

#endif
