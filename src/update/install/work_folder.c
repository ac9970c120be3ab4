/* SPDX-License-Identifier: Apache-2.0 */
#include "update/install/work_folder.h"

#include "base/number.h"

#include <inttypes.h>

bool work_folder_staged_path(const struct camera *camera, const struct journal_record *record,
                             enum component which, char path[FILE_PATH_SIZE], struct error *err)
{
    bool stays = record->components[which].target.copy == record->update;

    return camera_work_path(camera, stays ? "old" : "staged", record->update, which, path, err);
}

bool work_folder_has_room(const struct camera *camera, uint64_t bytes, struct error *err)
{
    uint64_t room;

    if (!camera->store->operations->room(camera->store, camera->configuration.work, &room, err))
        return false;
    if (room < bytes)
        return error_set(err, ERROR_ROOM, "work folder: needs %" PRIu64 " bytes, has %" PRIu64,
                         bytes, room);
    return true;
}

struct cleaning {
    const struct camera *camera;
    const struct journal_record *record;
};

static bool names_copy(const struct journal_content *content, uint64_t number)
{
    return content->known && content->copy == number;
}

static bool needs_copy(const struct journal_component *component, uint64_t number)
{
    return names_copy(&component->running, number) || names_copy(&component->previous, number) ||
           names_copy(&component->target, number);
}

static bool is_ours(struct span kind)
{
    return span_is(kind, "staged") || span_is(kind, "single") || span_is(kind, "old");
}

/* The rest is `NUMBER.COMPONENT`, and the record needs the file. */
static bool is_needed(const struct journal_record *record, struct span kind, struct span rest)
{
    struct span text;
    enum component which;
    uint64_t number;

    if (!span_split(&rest, '.', &text) || !number_parse(text, UINT64_MAX, &number) ||
        !component_find(rest, &which))
        return false;
    if (span_is(kind, "staged"))
        return record->state == JOURNAL_WRITING && number == record->update;
    return span_is(kind, "old") && needs_copy(&record->components[which], number);
}

static bool clean_name(void *context, const char *name, struct error *err)
{
    const struct cleaning *cleaning = context;
    const struct camera *camera = cleaning->camera;
    struct span rest = span_text(name);
    struct span kind;
    char path[FILE_PATH_SIZE];

    if (!span_split(&rest, '-', &kind) || !is_ours(kind))
        return true;
    if (is_needed(cleaning->record, kind, rest))
        return true;
    return file_path(camera->configuration.work, name, path, err) &&
           camera->store->operations->remove(camera->store, path, err);
}

void work_folder_clean(const struct camera *camera, const struct journal_record *record)
{
    struct cleaning cleaning = {.camera = camera, .record = record};
    struct error err = ERROR_EMPTY;

    if (!camera->store->operations->list(camera->store, camera->configuration.work, clean_name,
                                         &cleaning, &err))
        log_line(&camera->log, "cleaning the work folder: %s", err.text);
}
