/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/open.h"

#include "base/fd.h"
#include "base/file.h"
#include "base/memory.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PIECE_SIZE = 65536, IMAGE_MODE = 0400 };

static bool copy_bytes(const struct image_file *image, int to, struct error *err)
{
    CLEANUP(memory_free) void *piece = NULL;
    size_t got = 1;

    if (!memory_allocate(&piece, PIECE_SIZE, err))
        return false;
    for (uint64_t at = 0; got > 0; at += got)
        if (!fd_read_at(image->fd, at, piece, PIECE_SIZE, &got, err) ||
            !fd_write(to, span_of(piece, got), err))
            return false;
    return true;
}

bool open_copy_image(const struct image_file *image, const char *folder, struct error *err)
{
    CLEANUP(fd_close) int to = FD_NONE;
    char path[FILE_PATH_SIZE];

    if (!file_path(folder, image->file_name, path, err))
        return false;
    to = file_make(path, O_WRONLY, IMAGE_MODE);
    if (to == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot make %s", path);
    if (!copy_bytes(image, to, err) || !fd_commit(&to, err))
        return error_prefix(err, "%s", path);
    return true;
}

bool open_note_image(struct rollout *rollout, const struct image_file *image, struct error *err)
{
    struct rollout_image *note = &rollout->images[rollout->image_count];

    if (rollout_image_for(rollout, image->name.platform.text) != NULL)
        return error_set(err, ERROR_USAGE, "%s: a second image for platform %s", image->path,
                         image->name.platform.text);
    (void)snprintf(note->file, sizeof(note->file), "%s", image->file_name);
    memcpy(note->platform, image->name.platform.text, sizeof(note->platform));
    image_version_format(&image->name.version, note->version);
    memcpy(note->sha256, image->sha256, sizeof(note->sha256));
    memcpy(note->file_sha256, image->file_sha256, sizeof(note->file_sha256));
    note->is_foreign = image->is_foreign;
    rollout->image_count++;
    return true;
}

bool open_images(const struct rollout *rollout, const char *folder, struct image_file *images,
                 struct error *err)
{
    char path[FILE_PATH_SIZE];

    for (size_t i = 0; i < rollout->image_count; i++) {
        const struct rollout_image *note = &rollout->images[i];

        if (!file_path(folder, note->file, path, err))
            return false;
        if (!image_file_open(&images[i], path, note->is_foreign, NULL, err))
            return error_prefix(err, "%s has changed since it was planned", path);
        images[i].path = note->file; /* `path` ends with this function */
        if (strcmp(images[i].file_sha256, note->file_sha256) != 0)
            return error_set(err, ERROR_INTERNAL, "%s has changed since it was planned", path);
    }
    return true;
}

bool open_hosts(const struct rollout *rollout, struct hosts *hosts, struct error *err)
{
    void *targets = NULL;

    if (!memory_allocate(&targets, rollout->count * sizeof(struct target), err))
        return false;
    hosts->targets = targets;
    for (; hosts->count < rollout->count; hosts->count++)
        if (!target_parse(rollout->cameras[hosts->count].word, &hosts->targets[hosts->count], err))
            return false;
    return true;
}
