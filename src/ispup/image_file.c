/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/image_file.h"

#include "base/fd.h"
#include "base/memory.h"
#include "image/gzip.h"
#include "image/reader.h"
#include "ispup/packed_file.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PLAIN_SIZE = 65536 };

static bool open_source(const struct image_file *file, struct packed_file *source,
                        struct error *err)
{
    char path[64];

    /* The very file that will be sent, whatever becomes of its name meanwhile. */
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file->fd);
    if (!packed_file_open(source, path, err))
        return false;
    source->path = file->path;
    return true;
}

static bool open_file(struct image_file *file, const char *path, struct error *err)
{
    struct stat facts;

    file->path = path;
    file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file->fd == FD_NONE || fstat(file->fd, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    if (!S_ISREG(facts.st_mode))
        return error_set(err, ERROR_INTERNAL, "cannot open %s: not a file", path);
    file->size = (uint64_t)facts.st_size;
    file->modified = facts.st_mtim;
    return true;
}

static bool read_name(struct image_file *file, struct error *err)
{
    if (!image_name_parse(image_name_base(span_text(file->path)), &file->name, err))
        return false;
    image_name_format(&file->name, file->file_name);
    return true;
}

/* Whether it says of itself that it is of this project's format. */
static bool is_ours(const struct image_file *file)
{
    CLEANUP(packed_file_close) struct packed_file source = PACKED_FILE_NONE;
    CLEANUP(image_reader_close) struct image_reader reader = {.gzip = NULL};
    struct error err = ERROR_EMPTY;

    return open_source(file, &source, &err) && image_reader_open(&reader, &source.source, &err);
}

static bool take_keys(const char *folder, struct key_set *keys, struct image_policy *policy,
                      struct error *err)
{
    const struct log log = {.program = "ispup push", .fd = STDERR_FILENO};

    if (folder == NULL)
        return true;
    policy->signature_required = true;
    policy->keys = keys;
    return key_set_read(folder, &log, keys, err);
}

static void note_checked(struct image_file *file, const struct checked_image *image)
{
    file->is_signed = image->is_signed;
    digest_format(&image->description, file->sha256);
    for (size_t i = 0; i < image->descriptor.count; i++) {
        enum component which = image->descriptor.order[i];
        char called[COMPONENT_FILE_SIZE + 1];

        component_format(which, &image->descriptor.platform,
                         &image->descriptor.components[which].version, called);
        (void)snprintf(file->versions.texts[which], VERSIONS_TEXT_SIZE, "%.*s",
                       VERSIONS_TEXT_SIZE - 1, called);
    }
}

static bool verify(struct image_file *file, const char *key_folder, struct error *err)
{
    CLEANUP(packed_file_close) struct packed_file source = PACKED_FILE_NONE;
    struct image_policy policy = packed_file_policy(&file->name.platform);
    struct checked_image image;
    struct key_set keys;

    if (!take_keys(key_folder, &keys, &policy, err) || !open_source(file, &source, err) ||
        !verify_image(&source.source, span_text(file->file_name), &policy, &image, err))
        return false;
    note_checked(file, &image);
    return true;
}

/* That it is whole, and has something in it. */
static bool check_gzip(const struct image_file *file, struct error *err)
{
    CLEANUP(packed_file_close) struct packed_file source = PACKED_FILE_NONE;
    CLEANUP(gzip_close) struct gzip *gzip = NULL;
    CLEANUP(memory_free) void *plain = NULL;
    uint64_t size = 0;
    size_t got = 1;

    if (!memory_allocate(&plain, PLAIN_SIZE, err) || !open_source(file, &source, err) ||
        !gzip_open(&gzip, &source.source, err))
        return false;
    for (; got > 0; size += got)
        if (!gzip_read(gzip, plain, PLAIN_SIZE, &got, err))
            return false;
    if (!gzip_finish(gzip, err))
        return false;
    if (size == 0)
        return error_set(err, ERROR_INTERNAL, "nothing was sent: %s unpacks to nothing",
                         file->path);
    return true;
}

static bool check_foreign(const struct image_file *file, struct error *err)
{
    if (file->size > IMAGE_FILE_FOREIGN_LIMIT)
        return error_set(err, ERROR_INTERNAL,
                         "nothing was sent: %s has %" PRIu64 " bytes, --foreign sends %d at most",
                         file->path, file->size, IMAGE_FILE_FOREIGN_LIMIT);
    return check_gzip(file, err);
}

/* Of what is inside nothing is known; its firmware is expected to go by the file's version. */
static bool take_foreign(struct image_file *file, struct error *err)
{
    char called[COMPONENT_FILE_SIZE + 1];

    if (!check_foreign(file, err))
        return false;
    component_format(COMPONENT_FIRMWARE, &file->name.platform, &file->name.version, called);
    (void)snprintf(file->versions.texts[COMPONENT_FIRMWARE], VERSIONS_TEXT_SIZE, "%.*s",
                   VERSIONS_TEXT_SIZE - 1, called);
    file->is_foreign = true;
    return true;
}

bool image_file_open(struct image_file *file, const char *path, bool may_be_foreign,
                     const char *keys, struct error *err)
{
    if (!open_file(file, path, err) || !read_name(file, err))
        return false;
    return may_be_foreign && !is_ours(file) ? take_foreign(file, err) : verify(file, keys, err);
}

bool image_file_is_same(const struct image_file *file)
{
    struct stat facts;

    return fstat(file->fd, &facts) == 0 && (uint64_t)facts.st_size == file->size &&
           facts.st_mtim.tv_sec == file->modified.tv_sec &&
           facts.st_mtim.tv_nsec == file->modified.tv_nsec;
}

bool image_file_is_foreign(const struct image_file *file)
{
    struct error err = ERROR_EMPTY;

    return file->fd != FD_NONE && file->file_name[0] != '\0' && !is_ours(file) &&
           check_foreign(file, &err);
}

void image_file_close(struct image_file *file)
{
    fd_close(&file->fd);
}
