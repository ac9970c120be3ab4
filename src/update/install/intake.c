/* SPDX-License-Identifier: Apache-2.0 */
#include "update/install/intake.h"

#include "base/memory.h"
#include "update/family.h"
#include "update/install/work_folder.h"

#include <string.h>

static bool read_input(struct spool_input *input, void *data, size_t capacity, size_t *got,
                       struct error *err)
{
    return intake_read((struct intake *)input, data, capacity, got, err);
}

struct intake intake_of(const struct camera *camera, struct frame_pipe *frames,
                        enum command_family family, uint64_t length)
{
    return (struct intake){.input = {.read = read_input},
                           .camera = camera,
                           .frames = frames,
                           .family = family,
                           .length = length};
}

static bool expect(struct intake *intake, enum frame_kind kind, struct frame *frame,
                   struct error *err)
{
    if (intake->has_ahead)
        *frame = intake->ahead;
    else if (!frame_receive(intake->frames, frame, err))
        return false;
    intake->has_ahead = false;
    if (frame->kind != kind)
        return error_set(err, ERROR_INTERNAL, "internal error: frame out of order");
    return true;
}

/* Reads a frame's bytes into memory that the caller owns. */
static bool take_text(struct intake *intake, enum frame_kind kind, unsigned char **data,
                      struct span *text, struct error *err)
{
    CLEANUP(memory_free) void *memory = NULL;
    struct frame frame;

    if (!expect(intake, kind, &frame, err) || !memory_allocate(&memory, frame.size + 1, err) ||
        !frame_take(intake->frames, memory, frame.size, err))
        return false;
    *data = memory;
    *text = span_of(memory, frame.size);
    memory = NULL;
    return true;
}

static bool check_image(struct intake *intake, const struct image_policy *policy,
                        struct checked_image *image, struct error *err)
{
    CLEANUP(memory_free) unsigned char *name_data = NULL;
    CLEANUP(memory_free) unsigned char *description_data = NULL;
    CLEANUP(memory_free) unsigned char *signature_data = NULL;
    struct span file_name, description, signature;
    struct image_name name;

    if (!take_text(intake, FRAME_NAME, &name_data, &file_name, err))
        return false;
    if (!check_name(file_name, policy, &name, err))
        return false;
    if (!take_text(intake, FRAME_DESCRIPTION, &description_data, &description, err))
        return false;
    if (!take_text(intake, FRAME_SIGNATURE, &signature_data, &signature, err))
        return false;
    return check_description(&name, description, signature, policy, image, err);
}

/* An error in the archive before the first component is found before anything is written. */
static bool await_component(struct intake *intake, struct error *err)
{
    intake->has_ahead = frame_receive(intake->frames, &intake->ahead, err);
    return intake->has_ahead;
}

/* Afterwards the component has a size and a digest, as if a descriptor had told them. */
static bool spool_single(struct intake *intake, enum component which,
                         struct descriptor_component *component, struct error *err)
{
    const struct camera *camera = intake->camera;
    char path[FILE_PATH_SIZE];

    intake_expect(intake, intake->length);
    if (!camera_work_path(camera, "single", 0, which, path, err) ||
        !intake_next(intake, which, intake->length, err) ||
        !spool_bytes(camera->store, path, &intake->input, &component->size, &component->sha256,
                     err) ||
        !intake_end(intake, err))
        return false;
    if (component->size == 0)
        return error_set(err, ERROR_IMAGE, "%s: the file is empty", component->file);
    return span_copy(span_text(path), intake->spooled, sizeof(intake->spooled));
}

static bool check_one(struct intake *intake, enum component which,
                      const struct image_policy *policy, struct checked_image *image,
                      struct error *err)
{
    CLEANUP(memory_free) unsigned char *name_data = NULL;
    struct descriptor_component *component = &image->descriptor.components[which];
    struct span file_name;

    if (!take_text(intake, FRAME_NAME, &name_data, &file_name, err) ||
        !check_single(file_name, which, policy, image, err) ||
        !work_folder_has_room(intake->camera, intake->length, err) ||
        !spool_single(intake, which, component, err))
        return false;
    return check_room(which, component->size, policy, err);
}

bool intake_check(struct intake *intake, const struct image_policy *policy,
                  struct checked_image *image, struct error *err)
{
    enum component which;

    if (family_is_single(intake->family, &which))
        return check_one(intake, which, policy, image, err);
    return check_image(intake, policy, image, err) && await_component(intake, err);
}

bool intake_next(struct intake *intake, enum component which, uint64_t size, struct error *err)
{
    struct frame frame;
    unsigned char byte;

    if (intake->spooled[0] != '\0')
        return true;
    if (!expect(intake, FRAME_COMPONENT, &frame, err) || !frame_take(intake->frames, &byte, 1, err))
        return false;
    if (byte != which)
        return error_set(err, ERROR_INTERNAL, "internal error: component out of order");
    intake->allowed = size;
    return true;
}

static void tell(struct intake *intake)
{
    unsigned percent = (unsigned)(intake->taken / (intake->total / 100 + 1));

    if (percent == intake->progress.percent)
        return;
    intake->progress.percent = percent;
    run_folder_write_progress(intake->camera->configuration.run, &intake->progress);
}

void intake_expect(struct intake *intake, uint64_t total)
{
    intake->taken = 0;
    intake->total = total;
    intake->progress = (struct run_folder_progress){.stage = RUN_FOLDER_RECEIVING};
    run_folder_write_progress(intake->camera->configuration.run, &intake->progress);
}

static bool take(struct intake *intake, void *data, size_t size, struct error *err)
{
    if (!frame_take(intake->frames, data, size, err))
        return false;
    intake->left -= size;
    intake->taken += size;
    tell(intake);
    return true;
}

static bool read_spooled(struct intake *intake, void *data, size_t capacity, size_t *got,
                         struct error *err)
{
    struct store *store = intake->camera->store;

    if (!store->operations->read(store, intake->spooled, intake->spooled_at, data, capacity, got,
                                 err))
        return false;
    intake->spooled_at += *got;
    return true;
}

bool intake_read(struct intake *intake, void *data, size_t capacity, size_t *got, struct error *err)
{
    struct frame frame;

    *got = 0;
    if (intake->spooled[0] != '\0')
        return read_spooled(intake, data, capacity, got, err);
    if (intake->has_ahead)
        return true;
    if (intake->left == 0) {
        if (!frame_receive(intake->frames, &frame, err))
            return false;
        if (frame.kind != FRAME_DATA) {
            intake->ahead = frame;
            intake->has_ahead = true;
            return true;
        }
        if (frame.size > intake->allowed)
            return error_set(err, ERROR_INTERNAL,
                             "internal error: more bytes than a component has");
        intake->left = frame.size;
        intake->allowed -= frame.size;
    }
    *got = intake->left < capacity ? intake->left : capacity;
    return take(intake, data, *got, err);
}

bool intake_end(struct intake *intake, struct error *err)
{
    struct frame frame;

    return intake->spooled[0] != '\0' || expect(intake, FRAME_END, &frame, err);
}
