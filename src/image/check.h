/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decides if an image may be installed on a camera: the three checks of the specification and
 * further ones (docs/image-format.md, "What is refused"). Packer, host and camera use these
 * functions, so they refuse the same file with the same error text. Only this module makes a
 * `struct checked_image`: it proves that every check before the first component byte has passed.
 */
#ifndef IMAGE_CHECK_H
#define IMAGE_CHECK_H

#include "image/descriptor.h"
#include "image/name.h"
#include "image/signature.h"

/* The camera's requirements. A host that checks for a camera fills them in its place. */
struct image_policy {
    struct image_platform platform;
    bool signature_required;
    const struct key_set *keys; /* borrowed; may be NULL if no signature is required */
    bool downgrade_refused;
    /* Versions of the confirmed image, for `downgrade_refused`. UNKNOWN ones are not compared. */
    struct image_version running[COMPONENT_COUNT];
    /* Capacity in bytes of each component's flash; 0: the camera has no flash for it. */
    uint64_t room[COMPONENT_COUNT];
    /* The folder whose file system is what limits the room; NULL: the flash itself is. Borrowed. */
    const char *room_in[COMPONENT_COUNT];
};

struct checked_image {
    struct image_name name;
    struct descriptor descriptor;
    struct digest description; /* the descriptor's digest, which identifies the image */
    bool is_signed;            /* has a signature; true proves nothing if none was required */
    bool has_description;      /* false for a retired single image, which has no descriptor */
};

/* Checks 1 and 2 of the specification: the file name and its platform. Texts: "file name: ...",
 * "ISP platform: image is for 0400, camera is 0300". */
bool check_name(struct span file_name, const struct image_policy *policy, struct image_name *name,
                struct error *err) MUST_CHECK;

/* ERROR_ROOM if a component of `size` bytes does not fit its flash. */
bool check_room(enum component which, uint64_t size, const struct image_policy *policy,
                struct error *err) MUST_CHECK;

/* Check 3 of the specification (the descriptor's platform), and further checks: the descriptor's
 * platform and version equal the name's, signature, downgrade, each component fits its flash. */
bool check_description(const struct image_name *name, struct span description,
                       struct span signature, const struct image_policy *policy,
                       struct checked_image *image, struct error *err) MUST_CHECK;

/* A retired single image: only its name can be checked. It is refused if a signature is required.
 * The caller fills in the component's size and digest after it has received all bytes. */
bool check_single(struct span file_name, enum component which, const struct image_policy *policy,
                  struct checked_image *image, struct error *err) MUST_CHECK;

/* Checks a component after all its bytes were read. "ISP-F-...bin: digest differs from
 * ISP-Image.desc" */
bool check_component(const struct descriptor_component *component, uint64_t size,
                     const struct digest *digest, struct error *err) MUST_CHECK;

#endif
