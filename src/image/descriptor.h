/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `ISP-Image.desc`, the first member of an image (docs/image-format.md, "The descriptor"): for
 * which platform the image is, and every component's file, version, size and digest.
 */
#ifndef IMAGE_DESCRIPTOR_H
#define IMAGE_DESCRIPTOR_H

#include "base/error.h"
#include "image/component.h"
#include "image/digest.h"

#include <stdint.h>

#define DESCRIPTOR_FILE "ISP-Image.desc"

enum { DESCRIPTOR_LIMIT = 65536, DESCRIPTOR_BUILT_SIZE = 20, DESCRIPTOR_NOTES_SIZE = 1024 };

struct descriptor_component {
    bool present;
    char file[COMPONENT_FILE_SIZE + 1];
    struct image_version version;
    uint64_t size; /* bytes, at least 1 */
    struct digest sha256;
};

struct descriptor {
    struct image_platform platform;
    struct image_version version;
    char built[DESCRIPTOR_BUILT_SIZE + 1]; /* `2026-11-22T10:00:00Z`, or empty */
    char notes[DESCRIPTOR_NOTES_SIZE + 1]; /* for people; cut where longer; or empty */
    struct descriptor_component components[COMPONENT_COUNT];
    enum component order[COMPONENT_COUNT]; /* the first `count` are there, in the text's order */
    size_t count;                          /* 1 to 3 */
};

/* Fails with ERROR_IMAGE, "ISP-Image.desc: ...". Unknown sections and keys are passed over. */
bool descriptor_parse(struct span text, struct descriptor *descriptor,
                      struct error *err) MUST_CHECK;

/* Writes the text that the parser reads back, keys in the order of the documentation's example.
 * Fails where it does not fit or a value cannot stand in it. */
bool descriptor_format(const struct descriptor *descriptor, char *text, size_t capacity,
                       size_t *size, struct error *err) MUST_CHECK;

/* The sizes of all components together; they cannot wrap (descriptor_parse sees to it). */
uint64_t descriptor_size(const struct descriptor *descriptor);

#endif
