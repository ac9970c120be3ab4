/* SPDX-License-Identifier: Apache-2.0 */
/* The filled form of stage 3, streamed: the part before the image, the image's file, the part after
 * it. Read once, from beginning to end. */
#ifndef ISPUP_PUSH_BODY_H
#define ISPUP_PUSH_BODY_H

#include "ispup/release/image_file.h"

enum { PUSH_BODY_EDGE_SIZE = 512, PUSH_BODY_TYPE_SIZE = 128 };

struct push_body {
    const struct image_file *image; /* borrowed */
    char content_type[PUSH_BODY_TYPE_SIZE];
    char before[PUSH_BODY_EDGE_SIZE], after[PUSH_BODY_EDGE_SIZE];
    size_t before_size, after_size;
    uint64_t at; /* bytes read so far */
};

bool push_body_open(struct push_body *body, const struct image_file *image,
                    struct error *err) MUST_CHECK;
uint64_t push_body_size(const struct push_body *body);

/* Fails if the file has become shorter. */
bool push_body_read(struct push_body *body, void *data, size_t capacity, size_t *got,
                    struct error *err) MUST_CHECK;

#endif
