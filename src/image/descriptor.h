/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `ISP-Image.desc`, the first member of an image (docs/image-format.md, "The descriptor"): the
 * image's platform, and each component's file, version, size and digest.
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
    char notes[DESCRIPTOR_NOTES_SIZE + 1]; /* for people, UTF-8; cut if longer; may be empty */
    unsigned bad_notes;                    /* their line, if they are not one printable line */
    struct descriptor_component components[COMPONENT_COUNT];
    enum component order[COMPONENT_COUNT]; /* the first `count` are set, in the text's order */
    size_t count;                          /* 1 to 3 */
};

/* Fails with ERROR_IMAGE, "ISP-Image.desc: ...". Unknown sections and keys are ignored, so that an
 * older camera can read what a newer packer writes. */
bool descriptor_parse(struct span text, struct descriptor *descriptor,
                      struct error *err) MUST_CHECK;

/* Fails if the notes are not one printable line (utf8_is_one_line), such as U+202E would make of
 * them. Not a part of descriptor_parse, so that `ispup inspect` can show such an image. */
bool descriptor_check_notes(const struct descriptor *descriptor, struct error *err) MUST_CHECK;

/* Writes the text, keys in the order of the documentation's example. Fails if it does not fit, or
 * if descriptor_parse would not read the same values back, or the notes are not one line. */
bool descriptor_format(const struct descriptor *descriptor, char *text, size_t capacity,
                       size_t *size, struct error *err) MUST_CHECK;

/* The sum of all components' sizes. It cannot overflow: descriptor_parse refuses such sizes. */
uint64_t descriptor_size(const struct descriptor *descriptor);

#endif
