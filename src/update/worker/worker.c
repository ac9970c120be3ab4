/* SPDX-License-Identifier: Apache-2.0 */
#include "update/worker/worker.h"

#include "base/memory.h"
#include "image/reader.h"
#include "protocol/form.h"
#include "update/body.h"
#include "update/family.h"
#include "update/frame.h"

enum { PIECE = 128 * 1024 };

static bool send_component(int fd, enum component which, struct error *err)
{
    unsigned char byte = (unsigned char)which;

    return frame_send(fd, FRAME_COMPONENT, span_of(&byte, 1), err);
}

static bool send_bytes(int fd, struct image_reader *reader, unsigned char *piece, struct error *err)
{
    size_t got = 1;

    while (got > 0) {
        if (!image_reader_read(reader, piece, PIECE, &got, err))
            return false;
        if (got > 0 && !frame_send(fd, FRAME_DATA, span_of(piece, got), err))
            return false;
    }
    return true;
}

static bool send_components(int fd, struct image_reader *reader, struct error *err)
{
    CLEANUP(memory_free) void *piece = NULL;
    enum component which;
    bool end = false;

    if (!memory_allocate(&piece, PIECE, err))
        return false;
    while (!end) {
        if (!image_reader_next(reader, &which, &end, err))
            return false;
        if (!end && (!send_component(fd, which, err) || !send_bytes(fd, reader, piece, err)))
            return false;
    }
    return true;
}

static bool unpack_image(const struct worker_task *task, struct source *packed, struct error *err)
{
    CLEANUP(image_reader_close) struct image_reader reader = {0};

    return image_reader_open(&reader, packed, err) &&
           frame_send(task->installer, FRAME_DESCRIPTION, reader.description, err) &&
           frame_send(task->installer, FRAME_SIGNATURE, reader.signature, err) &&
           send_components(task->installer, &reader, err);
}

static bool pass_single(const struct worker_task *task, enum component which, struct source *plain,
                        struct error *err)
{
    struct span bytes;

    if (!send_component(task->installer, which, err) || !source_next(plain, &bytes, err))
        return false;
    while (bytes.size > 0) {
        if (!frame_send(task->installer, FRAME_DATA, span_first(bytes, FRAME_DATA_LIMIT), err))
            return false;
        bytes = span_from(bytes, FRAME_DATA_LIMIT);
        if (bytes.size == 0 && !source_next(plain, &bytes, err))
            return false;
    }
    return true;
}

static bool unpack(const struct worker_task *task, struct source *file, struct error *err)
{
    enum component which;

    if (family_is_single(task->family, &which))
        return pass_single(task, which, file, err);
    return unpack_image(task, file, err);
}

static bool unpack_form(const struct worker_task *task, struct source *body, struct error *err)
{
    CLEANUP(form_close) struct form *form = NULL;
    struct span name;

    if (!form_open(&form, task->content_type, body, err))
        return false;
    if (!form_find_file(form, &name, err))
        return false;
    if (!frame_send(task->installer, FRAME_NAME, name, err))
        return false;
    if (!unpack(task, form_file(form), err))
        return false;
    return form_finish(form, err);
}

static bool unpack_body(const struct worker_task *task, struct source *body, struct error *err)
{
    if (task->file_name == NULL)
        return unpack_form(task, body, err);
    return frame_send(task->installer, FRAME_NAME, span_text(task->file_name), err) &&
           unpack(task, body, err);
}

int worker_run(const struct worker_task *task)
{
    CLEANUP(body_close) struct body body = {0};
    struct error err = ERROR_EMPTY;
    struct error gone = ERROR_EMPTY;
    bool told;

    if (body_open(&body, task->body, task->length, BODY_STALL_SECONDS, &err) &&
        unpack_body(task, &body.source, &err))
        told = frame_send(task->installer, FRAME_END, SPAN_EMPTY, &gone);
    else
        told = frame_send_failure(task->installer, &err, &gone);
    body_drain(&body, BODY_DRAIN_SECONDS);
    return told ? 0 : 1; /* an installer that has ended has already told the front why */
}
