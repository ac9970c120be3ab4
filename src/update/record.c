/* SPDX-License-Identifier: Apache-2.0 */
#include "update/record.h"

#include "base/fd.h"
#include "image/descriptor.h"
#include "image/name.h"
#include "image/signature.h"

#include <string.h>

enum { HEAD_SIZE = 8 };

/* The sizes that each kind may have. */
static const struct size_limits {
    size_t least, most;
} limits[] = {
    [RECORD_NAME] = {0, IMAGE_NAME_LIMIT},          [RECORD_DESCRIPTION] = {1, DESCRIPTOR_LIMIT},
    [RECORD_SIGNATURE] = {0, SIGNATURE_TEXT_LIMIT}, [RECORD_COMPONENT] = {1, 1},
    [RECORD_DATA] = {1, RECORD_DATA_LIMIT},         [RECORD_END] = {0, 0},
    [RECORD_FAILED] = {2, 1 + ERROR_TEXT_SIZE},
};

bool record_send(int fd, enum record_kind kind, struct span bytes, struct error *err)
{
    unsigned char head[HEAD_SIZE] = {(unsigned char)kind};

    for (size_t i = 0; i < 4; i++)
        head[4 + i] = (unsigned char)(bytes.size >> (8 * i));
    return fd_write(fd, span_of(head, sizeof(head)), err) && fd_write(fd, bytes, err);
}

bool record_send_failure(int fd, const struct error *cause, struct error *err)
{
    unsigned char bytes[1 + ERROR_TEXT_SIZE];
    size_t size = strlen(cause->text);

    bytes[0] = (unsigned char)cause->kind;
    memcpy(bytes + 1, cause->text, size);
    return record_send(fd, RECORD_FAILED, span_of(bytes, 1 + size), err);
}

static bool out_of_form(struct error *err)
{
    return error_set(err, ERROR_INTERNAL, "internal error: malformed record from the worker");
}

bool record_take(int fd, void *data, size_t size, struct error *err)
{
    size_t got;

    if (!fd_read(fd, data, size, &got, err))
        return error_prefix(err, "internal error: worker");
    if (got < size)
        return error_set(err, ERROR_INTERNAL, "internal error: the worker ended early");
    return true;
}

static bool take_failure(int fd, size_t size, struct error *err)
{
    unsigned char bytes[1 + ERROR_TEXT_SIZE];
    char text[ERROR_TEXT_SIZE];
    enum error_kind kind = ERROR_INTERNAL;

    if (!record_take(fd, bytes, size, err))
        return false;
    if (bytes[0] == ERROR_UPLOAD || bytes[0] == ERROR_IMAGE)
        kind = bytes[0] == ERROR_UPLOAD ? ERROR_UPLOAD : ERROR_IMAGE;
    span_printable(span_of(bytes + 1, size - 1), text, sizeof(text));
    return error_set(err, kind, "%s", text);
}

bool record_receive(int fd, struct record *record, struct error *err)
{
    unsigned char head[HEAD_SIZE];
    size_t size;

    if (!record_take(fd, head, sizeof(head), err))
        return false;
    size = (size_t)head[4] | (size_t)head[5] << 8 | (size_t)head[6] << 16 | (size_t)head[7] << 24;
    if (head[0] < RECORD_NAME || head[0] > RECORD_FAILED || head[1] || head[2] || head[3] ||
        size < limits[head[0]].least || size > limits[head[0]].most)
        return out_of_form(err);
    if (head[0] == RECORD_FAILED)
        return take_failure(fd, size, err);
    *record = (struct record){.kind = (enum record_kind)head[0], .size = size};
    return true;
}
