/* SPDX-License-Identifier: Apache-2.0 */
#include "update/spool.h"

#include "base/memory.h"
#include "base/number.h"
#include "update/intake.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PIECE = 256 * 1024 };

static bool make_file(struct store *store, const char *path, struct error *err)
{
    const struct store_entry entry = {.kind = STORE_FILE, .mode = 0600, .as_folder = true};

    return store->operations->remove(store, path, err) &&
           store->operations->make(store, path, &entry, NULL, err);
}

static bool digest_file(struct store *store, const char *path, uint64_t size, void *piece,
                        struct digest *digest, struct error *err)
{
    struct digest_context context;
    uint64_t at = 0;
    size_t got = 1;

    digest_begin(&context);
    while (got > 0) {
        if (!store->operations->read(store, path, at, piece, PIECE, &got, err))
            return false;
        digest_add(&context, span_of(piece, got));
        at += got;
    }
    digest_end(&context, digest);
    if (at != size)
        return error_set(err, ERROR_INTERNAL, "%s: has %" PRIu64 " bytes, not %" PRIu64, path, at,
                         size);
    return true;
}

/* Synced with its name, and what is read back has the digest of what was written. */
static bool finish_file(struct store *store, const char *path, uint64_t size,
                        const struct digest *digest, void *piece, struct error *err)
{
    char folder[FILE_PATH_SIZE];
    struct digest found;

    (void)snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(path, '/') - path), path);
    if (!store->operations->sync(store, path, err) ||
        !store->operations->sync(store, folder, err) ||
        !digest_file(store, path, size, piece, &found, err))
        return false;
    if (!digest_same(&found, digest))
        return error_set(err, ERROR_INTERNAL, "%s: does not hold what was written", path);
    return true;
}

/* Where a spooled file's bytes come from. */
struct filling {
    struct intake *intake; /* or, where this is NULL: */
    struct flash *flash;
    uint64_t at, size;
};

static bool fill(struct filling *filling, void *piece, size_t *got, struct error *err)
{
    uint64_t left = filling->size - filling->at;

    if (filling->intake != NULL)
        return intake_read(filling->intake, piece, PIECE, got, err);
    *got = left < PIECE ? (size_t)left : PIECE;
    if (*got > 0 &&
        !filling->flash->operations->read(filling->flash, filling->at, piece, *got, err))
        return false;
    filling->at += *got;
    return true;
}

static bool fill_file(struct store *store, const char *path, struct filling *filling,
                      uint64_t *size, struct digest *digest, struct error *err)
{
    CLEANUP(memory_free) void *piece = NULL;
    struct digest_context context;
    uint64_t at = 0;
    size_t got = 1;

    if (!memory_allocate(&piece, PIECE, err) || !make_file(store, path, err))
        return false;
    digest_begin(&context);
    while (got > 0) {
        if (!fill(filling, piece, &got, err) ||
            (got > 0 && !store->operations->write(store, path, at, span_of(piece, got), err)))
            return false;
        digest_add(&context, span_of(piece, got));
        at += got;
    }
    digest_end(&context, digest);
    *size = at;
    return finish_file(store, path, at, digest, piece, err);
}

bool spool_bytes(struct store *store, const char *path, struct intake *intake, uint64_t *size,
                 struct digest *digest, struct error *err)
{
    struct filling filling = {.intake = intake};

    return fill_file(store, path, &filling, size, digest, err);
}

static bool copy_bank(struct store *store, const char *path, struct flash *flash, uint64_t size,
                      const struct digest *expected, struct error *err)
{
    struct filling filling = {.flash = flash, .size = size};
    struct digest digest;
    uint64_t written;

    if (!fill_file(store, path, &filling, &written, &digest, err))
        return false;
    if (!digest_same(&digest, expected))
        return error_set(err, ERROR_FLASH, "%s does not hold what the journal says", flash->where);
    return true;
}

bool spool_bank(struct store *store, const char *path, struct flash *flash, uint64_t size,
                const struct digest *expected, struct error *err)
{
    struct error ignored = ERROR_EMPTY;

    if (copy_bank(store, path, flash, size, expected, err))
        return true;
    /* What is no copy must not take the room of what the update still needs. */
    (void)!store->operations->remove(store, path, &ignored);
    return false;
}

bool spool_check(struct store *store, const char *path, const struct journal_content *content,
                 struct error *err)
{
    CLEANUP(memory_free) void *piece = NULL;
    struct digest digest;

    if (!memory_allocate(&piece, PIECE, err) ||
        !digest_file(store, path, content->size, piece, &digest, err))
        return false;
    if (!digest_same(&digest, &content->sha256))
        return error_set(err, ERROR_INTERNAL, "%s: digest differs from the journal's", path);
    return true;
}

bool spool_staged_path(const struct camera *camera, const struct journal_record *record,
                       enum component which, char path[FILE_PATH_SIZE], struct error *err)
{
    bool stays = record->components[which].target.copy == record->update;

    return camera_work_path(camera, stays ? "old" : "staged", record->update, which, path, err);
}

bool spool_check_copy(const struct camera *camera, enum component which,
                      const struct journal_content *content, struct error *err)
{
    char path[FILE_PATH_SIZE];

    if (content->copy == 0)
        return error_set(err, ERROR_FLASH, "no copy of the old image was kept");
    return camera_work_path(camera, "old", content->copy, which, path, err) &&
           spool_check(camera->store, path, content, err);
}

bool spool_has_room(const struct camera *camera, uint64_t bytes, struct error *err)
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

static bool is_copy_of(const struct journal_component *component, uint64_t number)
{
    return (component->running.known && component->running.copy == number) ||
           (component->previous.known && component->previous.copy == number) ||
           (component->target.known && component->target.copy == number);
}

/* `KIND-NUMBER.COMPONENT`, and needed by the record. */
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
    return span_is(kind, "old") && is_copy_of(&record->components[which], number);
}

static bool clean_name(void *context, const char *name, struct error *err)
{
    const struct cleaning *cleaning = context;
    const struct camera *camera = cleaning->camera;
    struct span rest = span_text(name);
    struct span kind;
    char path[FILE_PATH_SIZE];

    if (!span_split(&rest, '-', &kind) ||
        !(span_is(kind, "staged") || span_is(kind, "single") || span_is(kind, "old")) ||
        is_needed(cleaning->record, kind, rest))
        return true;
    return file_path(camera->configuration.work, name, path, err) &&
           camera->store->operations->remove(camera->store, path, err);
}

void spool_clean(const struct camera *camera, const struct journal_record *record)
{
    struct cleaning cleaning = {.camera = camera, .record = record};
    struct error err = ERROR_EMPTY;

    if (!camera->store->operations->list(camera->store, camera->configuration.work, clean_name,
                                         &cleaning, &err))
        log_line(&camera->log, "cleaning the work folder: %s", err.text);
}
