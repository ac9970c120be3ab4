/* SPDX-License-Identifier: Apache-2.0 */
#include "update/install/spool.h"

#include "base/memory.h"

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

/* Syncs the file and its name, and checks that it reads back as it was written. */
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

bool spool_bytes(struct store *store, const char *path, struct spool_input *input, uint64_t *size,
                 struct digest *digest, struct error *err)
{
    CLEANUP(memory_free) void *piece = NULL;
    struct digest_context context;
    uint64_t at = 0;
    size_t got = 1;

    if (!memory_allocate(&piece, PIECE, err) || !make_file(store, path, err))
        return false;
    digest_begin(&context);
    while (got > 0) {
        if (!input->read(input, piece, PIECE, &got, err) ||
            (got > 0 && !store->operations->write(store, path, at, span_of(piece, got), err)))
            return false;
        digest_add(&context, span_of(piece, got));
        at += got;
    }
    digest_end(&context, digest);
    *size = at;
    return finish_file(store, path, at, digest, piece, err);
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

bool spool_check_copy(const struct camera *camera, enum component which,
                      const struct journal_content *content, struct error *err)
{
    char path[FILE_PATH_SIZE];

    if (content->copy == 0)
        return error_set(err, ERROR_FLASH, "no copy of the old image was kept");
    return camera_work_path(camera, "old", content->copy, which, path, err) &&
           spool_check(camera->store, path, content, err);
}
