/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/body.h"

#include "base/fd.h"
#include "base/number.h"
#include "base/secret.h"
#include "protocol/form.h"

#include <stdio.h>
#include <string.h>

enum { RANDOM_SIZE = 16 };

/* Random, so that no image can contain the boundary on purpose. */
static bool make_boundary(char text[2 * RANDOM_SIZE + 1], struct error *err)
{
    unsigned char bytes[RANDOM_SIZE];

    if (!secret_random(bytes, sizeof(bytes), err))
        return false;
    number_format_hex(span_of(bytes, sizeof(bytes)), text);
    return true;
}

/* Byte for byte like the specification's example: a camera may compare instead of parse. */
bool push_body_open(struct push_body *body, const struct image_file *image, struct error *err)
{
    char boundary[2 * RANDOM_SIZE + 1];

    *body = (struct push_body){.image = image};
    if (!make_boundary(boundary, err))
        return false;
    (void)snprintf(body->content_type, sizeof(body->content_type),
                   "multipart/form-data; boundary=---------------------------%s", boundary);
    (void)snprintf(body->before, sizeof(body->before),
                   "-----------------------------%s\r\n"
                   "Content-Disposition: form-data; name=\"" FORM_FILE_FIELD
                   "\";filename=\"%s\"\r\n"
                   "Content-Type: application/x-gzip-compressed\r\n\r\n",
                   boundary, image->file_name);
    (void)snprintf(body->after, sizeof(body->after),
                   "\r\n-----------------------------%s\r\n"
                   "Content-Disposition: form-data; name=\"URL_FIRMWARE_SUBMIT\"\r\n\r\n"
                   "Apply\r\n-----------------------------%s--\r\n",
                   boundary, boundary);
    body->before_size = strlen(body->before);
    body->after_size = strlen(body->after);
    return true;
}

uint64_t push_body_size(const struct push_body *body)
{
    return body->before_size + body->image->size + body->after_size;
}

static size_t copy_edge(struct span edge, uint64_t at, void *data, size_t capacity)
{
    struct span rest = span_first(span_from(edge, (size_t)at), capacity);

    memcpy(data, rest.data, rest.size);
    return rest.size;
}

static bool read_image(const struct push_body *body, uint64_t at, void *data, size_t capacity,
                       size_t *got, struct error *err)
{
    uint64_t left = body->image->size - at;
    size_t wanted = left < capacity ? (size_t)left : capacity;

    if (!fd_read_at(body->image->fd, at, data, wanted, got, err))
        return false;
    if (*got == wanted)
        return true;
    return error_set(err, ERROR_INTERNAL, "%s became shorter while it was sent", body->image->path);
}

bool push_body_read(struct push_body *body, void *data, size_t capacity, size_t *got,
                    struct error *err)
{
    uint64_t image_end = body->before_size + body->image->size;

    if (body->at < body->before_size)
        *got = copy_edge(span_of(body->before, body->before_size), body->at, data, capacity);
    else if (body->at >= image_end)
        *got =
            copy_edge(span_of(body->after, body->after_size), body->at - image_end, data, capacity);
    else if (!read_image(body, body->at - body->before_size, data, capacity, got, err))
        return false;
    body->at += *got;
    return true;
}
