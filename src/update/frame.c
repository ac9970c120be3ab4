/* SPDX-License-Identifier: Apache-2.0 */
#include "update/frame.h"

#include "base/clock.h"
#include "base/fd.h"
#include "image/descriptor.h"
#include "image/name.h"
#include "image/signature.h"

#include <limits.h>
#include <string.h>

enum { HEAD_SIZE = 8 };

/* The sizes that are valid for each kind. */
static const struct size_limits {
    size_t least, most;
} limits[] = {
    [FRAME_NAME] = {0, IMAGE_NAME_LIMIT},          [FRAME_DESCRIPTION] = {1, DESCRIPTOR_LIMIT},
    [FRAME_SIGNATURE] = {0, SIGNATURE_TEXT_LIMIT}, [FRAME_COMPONENT] = {1, 1},
    [FRAME_DATA] = {1, FRAME_DATA_LIMIT},          [FRAME_END] = {0, 0},
    [FRAME_FAILED] = {2, 1 + ERROR_TEXT_SIZE},
};

bool frame_send(int fd, enum frame_kind kind, struct span bytes, struct error *err)
{
    unsigned char head[HEAD_SIZE] = {(unsigned char)kind};

    for (size_t i = 0; i < 4; i++)
        head[4 + i] = (unsigned char)(bytes.size >> (8 * i));
    return fd_write(fd, span_of(head, sizeof(head)), err) && fd_write(fd, bytes, err);
}

bool frame_send_failure(int fd, const struct error *cause, struct error *err)
{
    unsigned char bytes[1 + ERROR_TEXT_SIZE];
    size_t size = strlen(cause->text);

    bytes[0] = (unsigned char)cause->kind;
    memcpy(bytes + 1, cause->text, size);
    return frame_send(fd, FRAME_FAILED, span_of(bytes, 1 + size), err);
}

static bool out_of_form(struct error *err)
{
    return error_set(err, ERROR_INTERNAL, "internal error: malformed frame from the worker");
}

struct frame_pipe frame_pipe_of(int fd, uint64_t length)
{
    uint64_t silence = FRAME_SILENCE_SECONDS * UINT64_C(1000);

    return (struct frame_pipe){
        .fd = fd,
        .silence = silence,
        .left = silence + length / FRAME_BYTES_PER_SECOND * UINT64_C(1000),
    };
}

/* Waits for bytes. A worker under an attacker's control may send nothing, or one byte now and then,
 * while the installer holds the lock: both have a limit. */
static bool wait_for_worker(struct frame_pipe *pipe, struct error *err)
{
    uint64_t most = pipe->left < pipe->silence ? pipe->left : pipe->silence;
    uint64_t begin = clock_milliseconds();
    bool has_come = fd_wait(pipe->fd, most < INT_MAX ? (int)most : INT_MAX);
    uint64_t waited = clock_milliseconds() - begin;

    pipe->left -= waited < pipe->left ? waited : pipe->left;
    if (has_come)
        return true;
    if (most == pipe->silence)
        return error_set(err, ERROR_UPLOAD, "upload: no data from the worker for %u seconds",
                         (unsigned)(most / 1000));
    return error_set(err, ERROR_UPLOAD, "upload: slower than %d bytes a second",
                     FRAME_BYTES_PER_SECOND);
}

bool frame_take(struct frame_pipe *pipe, void *data, size_t size, struct error *err)
{
    unsigned char *at = data;

    while (size > 0) {
        size_t got;

        if (!wait_for_worker(pipe, err))
            return false;
        if (!fd_read_some(pipe->fd, at, size, &got, err))
            return error_prefix(err, "internal error: worker");
        if (got == 0)
            return error_set(err, ERROR_INTERNAL, "internal error: the worker ended early");
        at += got;
        size -= got;
    }
    return true;
}

static bool take_failure(struct frame_pipe *pipe, size_t size, struct error *err)
{
    unsigned char bytes[1 + ERROR_TEXT_SIZE] = {0};
    char text[ERROR_TEXT_SIZE];
    enum error_kind kind = ERROR_INTERNAL;

    if (!frame_take(pipe, bytes, size, err))
        return false;
    if (bytes[0] == ERROR_UPLOAD || bytes[0] == ERROR_IMAGE)
        kind = bytes[0] == ERROR_UPLOAD ? ERROR_UPLOAD : ERROR_IMAGE;
    span_printable(span_of(bytes + 1, size - 1), text, sizeof(text));
    return error_set(err, kind, "%s", text);
}

static bool has_valid_size(enum frame_kind kind, size_t size)
{
    return size >= limits[kind].least && size <= limits[kind].most;
}

bool frame_receive(struct frame_pipe *pipe, struct frame *frame, struct error *err)
{
    unsigned char head[HEAD_SIZE];
    size_t size;

    if (!frame_take(pipe, head, sizeof(head), err))
        return false;
    size = (size_t)head[4] | (size_t)head[5] << 8 | (size_t)head[6] << 16 | (size_t)head[7] << 24;
    if (head[0] < FRAME_NAME || head[0] > FRAME_FAILED || !has_valid_size(head[0], size))
        return out_of_form(err);
    if (head[1] != 0 || head[2] != 0 || head[3] != 0)
        return out_of_form(err);
    if (head[0] == FRAME_FAILED)
        return take_failure(pipe, size, err);
    *frame = (struct frame){.kind = (enum frame_kind)head[0], .size = size};
    return true;
}
