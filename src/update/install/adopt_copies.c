/* SPDX-License-Identifier: Apache-2.0 */
#include "update/install/adopt_copies.h"

#include "base/memory.h"
#include "image/check.h"
#include "update/image_file.h"
#include "update/install/spool.h"
#include "update/install/work_folder.h"

/* Updates number their copies from 1. */
#define FIRST_NUMBER UINT64_MAX

bool adopt_copies_is_needed(const struct camera *camera, enum component which, bool *is_needed,
                            struct error *err)
{
    CLEANUP(flash_close) struct flash *flash = NULL;

    *is_needed = false;
    if (camera->configuration.flash[which].count != 1)
        return true;
    if (!camera_open_bank(camera, which, 0, false, &flash, err))
        return error_prefix(err, "%s", component_name(which));
    *is_needed = !flash->can_read;
    return true;
}

static bool has_copy(const struct camera *camera, enum component which,
                     const struct journal_content *content)
{
    struct error ignored = ERROR_EMPTY;

    return content->copy != 0 && spool_check_copy(camera, which, content, &ignored);
}

static bool is_taken(const struct journal_component *before, uint64_t number)
{
    return before->running.copy == number || before->previous.copy == number ||
           before->target.copy == number;
}

static uint64_t free_number(const struct journal_component *before)
{
    uint64_t number = FIRST_NUMBER;

    while (is_taken(before, number))
        number--;
    return number;
}

bool adopt_copies_plan(const struct camera *camera, const struct journal_record *before,
                       struct journal_record *record, struct adopt_copies *copies,
                       struct error *err)
{
    uint64_t size = 0;

    *copies = (struct adopt_copies){.wanted = {false}};
    for (enum component which = 0; which < COMPONENT_COUNT; which++) {
        struct journal_content *running = &record->components[which].running;
        bool is_needed;

        if (!adopt_copies_is_needed(camera, which, &is_needed, err))
            return false;
        if (!is_needed || !running->known || has_copy(camera, which, running))
            continue;
        running->copy = free_number(&before->components[which]);
        copies->wanted[which] = true;
        size += running->size;
    }
    return size == 0 || work_folder_has_room(camera, size, err);
}

/* The component that the reader has begun. */
struct component_input {
    struct spool_input input; /* first: the input's address is the component's */
    struct image_reader *reader;
};

static bool read_component(struct spool_input *input, void *data, size_t capacity, size_t *got,
                           struct error *err)
{
    return image_reader_read(((struct component_input *)input)->reader, data, capacity, got, err);
}

static bool skip(struct image_reader *reader, struct error *err)
{
    CLEANUP(memory_free) void *piece = NULL;
    size_t got = 1;

    if (!memory_allocate(&piece, BODY_PIECE, err))
        return false;
    while (got > 0)
        if (!image_reader_read(reader, piece, BODY_PIECE, &got, err))
            return false;
    return true;
}

static bool write_one(const struct camera *camera, enum component which,
                      const struct journal_content *content, struct image_reader *reader,
                      struct error *err)
{
    struct component_input input = {.input = {.read = read_component}, .reader = reader};
    char path[FILE_PATH_SIZE];
    struct digest digest;
    uint64_t size;

    return camera_work_path(camera, "old", content->copy, which, path, err) &&
           spool_bytes(camera->store, path, &input.input, &size, &digest, err) &&
           check_component(&reader->descriptor.components[which], size, &digest, err);
}

bool adopt_copies_write(const struct camera *camera, const char *path,
                        const struct journal_record *record, const struct adopt_copies *copies,
                        struct error *err)
{
    CLEANUP(image_file_close) struct image_file file = IMAGE_FILE_NONE;
    enum component which;
    bool end = false;

    if (!image_file_open(&file, path, err))
        return false;
    while (image_reader_next(&file.reader, &which, &end, err)) {
        const struct journal_content *content = &record->components[which].running;

        if (end)
            return true;
        if (!(copies->wanted[which] ? write_one(camera, which, content, &file.reader, err)
                                    : skip(&file.reader, err)))
            return false;
    }
    return false;
}

void adopt_copies_remove(const struct camera *camera, const struct journal_record *record,
                         const struct adopt_copies *copies)
{
    struct error ignored = ERROR_EMPTY;
    char path[FILE_PATH_SIZE];

    for (enum component which = 0; which < COMPONENT_COUNT; which++)
        if (copies->wanted[which] &&
            camera_work_path(camera, "old", record->components[which].running.copy, which, path,
                             &ignored))
            (void)!camera->store->operations->remove(camera->store, path, &ignored);
}
