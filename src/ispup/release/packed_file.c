/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/release/packed_file.h"

#include "base/fd.h"
#include "base/memory.h"

#include <fcntl.h>
#include <sys/stat.h>

enum { PIECE_SIZE = 65536 };

static bool next(struct source *self, struct span *bytes, struct error *err)
{
    struct packed_file *file = (struct packed_file *)self;
    size_t got;

    if (!fd_read(file->fd, file->piece, PIECE_SIZE, &got, err))
        return error_prefix(err, "%s", file->path);
    *bytes = span_of(file->piece, got);
    return true;
}

bool packed_file_take(struct packed_file *file, int fd, const char *path, struct error *err)
{
    void *piece = NULL;

    if (!memory_allocate(&piece, PIECE_SIZE, err))
        return false;
    *file = (struct packed_file){{next}, fd, path, piece};
    return true;
}

bool packed_file_open(struct packed_file *file, const char *path, struct error *err)
{
    CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat facts;

    if (fd == FD_NONE || fstat(fd, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    if (!S_ISREG(facts.st_mode))
        return error_set(err, ERROR_INTERNAL, "cannot open %s: not a file", path);
    if (!packed_file_take(file, fd, path, err))
        return false;
    (void)fd_take(&fd);
    return true;
}

void packed_file_close(struct packed_file *file)
{
    fd_close(&file->fd);
    memory_free(&file->piece);
}

struct image_policy packed_file_policy(const struct image_platform *platform)
{
    struct image_policy policy = {.platform = *platform};

    for (size_t i = 0; i < COMPONENT_COUNT; i++)
        policy.room[i] = UINT64_MAX;
    return policy;
}

bool packed_file_verify(const char *path, const char *name, const struct image_policy *policy,
                        struct checked_image *image, struct error *err)
{
    CLEANUP(packed_file_close) struct packed_file file = PACKED_FILE_NONE;

    return packed_file_open(&file, path, err) &&
           verify_image(&file.source, image_name_base(span_text(name)), policy, image, err);
}
