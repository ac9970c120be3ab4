/* SPDX-License-Identifier: Apache-2.0 */
#include "update/intake.h"

#include "base/memory.h"
#include "update/family.h"
#include "update/spool.h"

#include <string.h>

struct intake intake_of(const struct camera *camera, struct record_pipe *records,
                        enum command_family family, uint64_t length)
{
    return (struct intake){
        .camera = camera, .records = records, .family = family, .length = length};
}

static bool expect(struct intake *intake, enum record_kind kind, struct record *record,
                   struct error *err)
{
    if (intake->has_ahead)
        *record = intake->ahead;
    else if (!record_receive(intake->records, record, err))
        return false;
    intake->has_ahead = false;
    if (record->kind != kind)
        return error_set(err, ERROR_INTERNAL, "internal error: record out of order");
    return true;
}

/* A record's bytes into memory that the caller owns; none for an empty one. */
static bool take_text(struct intake *intake, enum record_kind kind, unsigned char **data,
                      struct span *text, struct error *err)
{
    CLEANUP(memory_free) void *memory = NULL;
    struct record record;

    if (!expect(intake, kind, &record, err) || !memory_allocate(&memory, record.size + 1, err) ||
        !record_take(intake->records, memory, record.size, err))
        return false;
    *data = memory;
    *text = span_of(memory, record.size);
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

    return take_text(intake, RECORD_NAME, &name_data, &file_name, err) &&
           check_name(file_name, policy, &name, err) &&
           take_text(intake, RECORD_DESCRIPTION, &description_data, &description, err) &&
           take_text(intake, RECORD_SIGNATURE, &signature_data, &signature, err) &&
           check_description(&name, description, signature, policy, image, err);
}

/* What the archive has between descriptor and component is refused before anything is written. */
static bool await_component(struct intake *intake, struct error *err)
{
    intake->has_ahead = record_receive(intake->records, &intake->ahead, err);
    return intake->has_ahead;
}

/* Its bytes into the work folder; then it has a size and a digest like a described one. */
static bool spool_single(struct intake *intake, enum component which,
                         struct descriptor_component *component, struct error *err)
{
    const struct camera *camera = intake->camera;
    char path[FILE_PATH_SIZE];

    intake_expect(intake, intake->length);
    if (!camera_work_path(camera, "single", 0, which, path, err) ||
        !intake_next(intake, which, intake->length, err) ||
        !spool_bytes(camera->store, path, intake, &component->size, &component->sha256, err) ||
        !intake_end(intake, err))
        return false;
    if (component->size == 0)
        return error_set(err, ERROR_IMAGE, "%s: the file is empty", component->file);
    intake->spooled_size = component->size;
    return span_copy(span_text(path), intake->spooled, sizeof(intake->spooled));
}

static bool check_one(struct intake *intake, enum component which,
                      const struct image_policy *policy, struct checked_image *image,
                      struct error *err)
{
    CLEANUP(memory_free) unsigned char *name_data = NULL;
    struct descriptor_component *component = &image->descriptor.components[which];
    struct span file_name;

    if (!take_text(intake, RECORD_NAME, &name_data, &file_name, err) ||
        !check_single(file_name, which, policy, image, err) ||
        !spool_has_room(intake->camera, intake->length, err) ||
        !spool_single(intake, which, component, err))
        return false;
    if (component->size > policy->room[which])
        return error_set(err, ERROR_IMAGE, "%s: has %llu bytes, flash holds %llu",
                         component_name(which), (unsigned long long)component->size,
                         (unsigned long long)policy->room[which]);
    return true;
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
    struct record record;
    unsigned char byte;

    if (intake->spooled[0] != '\0')
        return true;
    if (!expect(intake, RECORD_COMPONENT, &record, err) ||
        !record_take(intake->records, &byte, 1, err))
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
    run_tell(intake->camera->configuration.run, &intake->progress);
}

void intake_expect(struct intake *intake, uint64_t total)
{
    intake->taken = 0;
    intake->total = total;
    intake->progress = (struct run_progress){.stage = RUN_RECEIVING};
    run_tell(intake->camera->configuration.run, &intake->progress);
}

static bool take(struct intake *intake, void *data, size_t size, struct error *err)
{
    if (!record_take(intake->records, data, size, err))
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

static bool has_again(const struct intake *intake)
{
    return intake->again.at < intake->again.size || intake->again.held.size > 0;
}

static bool read_again(struct intake_again *again, void *data, size_t capacity, size_t *got,
                       struct error *err)
{
    uint64_t left = again->size - again->at;
    size_t size = left < capacity ? (size_t)left : capacity;

    if (left > 0 && !again->flash->operations->read(again->flash, again->at, data, size, err))
        return false;
    again->at += size;
    if (left == 0) {
        size = span_first(again->held, capacity).size;
        memcpy(data, again->held.data, size);
        again->held = span_from(again->held, size);
    }
    *got = size;
    return true;
}

bool intake_read(struct intake *intake, void *data, size_t capacity, size_t *got, struct error *err)
{
    struct record record;

    *got = 0;
    if (has_again(intake))
        return read_again(&intake->again, data, capacity, got, err);
    if (intake->spooled[0] != '\0')
        return read_spooled(intake, data, capacity, got, err);
    if (intake->has_ahead)
        return true;
    if (intake->left == 0) {
        if (!record_receive(intake->records, &record, err))
            return false;
        if (record.kind != RECORD_DATA) {
            intake->ahead = record;
            intake->has_ahead = true;
            return true;
        }
        if (record.size > intake->allowed)
            return error_set(err, ERROR_INTERNAL,
                             "internal error: more bytes than a component has");
        intake->left = record.size;
        intake->allowed -= record.size;
    }
    *got = intake->left < capacity ? intake->left : capacity;
    return take(intake, data, *got, err);
}

bool intake_end(struct intake *intake, struct error *err)
{
    struct record record;

    return intake->spooled[0] != '\0' || expect(intake, RECORD_END, &record, err);
}
