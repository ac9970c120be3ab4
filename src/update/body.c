/* SPDX-License-Identifier: Apache-2.0 */
#include "update/body.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/memory.h"

#include <inttypes.h>

/* One read of the bytes that have arrived; 0 at the end. */
static bool read_some(struct body *body, size_t *got, struct error *err)
{
    size_t capacity = body->left < BODY_PIECE ? (size_t)body->left : BODY_PIECE;

    if (fd_read_some(body->fd, body->buffer, capacity, got, err))
        return true;
    err->kind = ERROR_UPLOAD;
    return error_prefix(err, "upload");
}

static bool next(struct source *source, struct span *bytes, struct error *err)
{
    struct body *body = (struct body *)source;
    size_t got;

    *bytes = SPAN_EMPTY;
    if (body->left == 0)
        return true;
    if (!fd_wait(body->fd, (int)body->stall * 1000)) {
        body->is_stalled = true;
        return error_set(err, ERROR_UPLOAD, "upload: no byte came for %u seconds", body->stall);
    }
    if (!read_some(body, &got, err))
        return false;
    if (got == 0)
        return error_set(err, ERROR_UPLOAD, "upload: ended after %" PRIu64 " of %" PRIu64 " bytes",
                         body->length - body->left, body->length);
    body->left -= got;
    *bytes = span_of(body->buffer, got);
    return true;
}

bool body_open(struct body *body, int fd, uint64_t length, unsigned stall, struct error *err)
{
    void *memory = NULL;

    if (!memory_allocate(&memory, BODY_PIECE, err))
        return false;
    *body = (struct body){
        .source = {.next = next}, .fd = fd, .length = length, .left = length, .stall = stall};
    body->buffer = memory;
    return true;
}

void body_close(struct body *body)
{
    memory_free(&body->buffer);
}

void body_drain(struct body *body, unsigned seconds)
{
    uint64_t deadline = clock_milliseconds() + seconds * UINT64_C(1000);
    struct error ignored = ERROR_EMPTY;
    uint64_t now = clock_milliseconds();
    size_t got = 1;

    while (!body->is_stalled && body->left > 0 && got > 0 && now < deadline) {
        if (!fd_wait(body->fd, (int)(deadline - now)) || !read_some(body, &got, &ignored))
            return;
        body->left -= got;
        now = clock_milliseconds();
    }
}

void body_drop(int fd, uint64_t length, unsigned seconds)
{
    CLEANUP(body_close) struct body body = {0};
    struct error ignored = ERROR_EMPTY;

    if (length > 0 && body_open(&body, fd, length, seconds, &ignored))
        body_drain(&body, seconds);
}
