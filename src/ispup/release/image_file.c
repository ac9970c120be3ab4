/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/release/image_file.h"

#include "base/fd.h"
#include "base/memory.h"
#include "image/gzip.h"
#include "image/reader.h"
#include "ispup/release/packed_file.h"

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

    /* By its descriptor: the name may belong to another file by now. */
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

/* Whether it begins as an image of this project's format does. */
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
    return key_set_read(folder, KEY_FOR_IMAGES, &log, keys, err);
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

/* Checks that the gzip stream is whole, and not empty. */
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
        return error_set(err, ERROR_INTERNAL, "nothing was sent: %s is empty after decompression",
                         file->path);
    return true;
}

static bool check_foreign(const struct image_file *file, struct error *err)
{
    if (file->size > IMAGE_FILE_FOREIGN_LIMIT)
        return error_set(err, ERROR_INTERNAL,
                         "nothing was sent: %s has %" PRIu64 " bytes, --foreign sends at most %d",
                         file->path, file->size, IMAGE_FILE_FOREIGN_LIMIT);
    return check_gzip(file, err);
}

/* Its content is unknown. SYSTEM_LOG is expected to show a firmware of the file name's version. */
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

static bool digest_file(struct image_file *file, struct error *err)
{
    CLEANUP(memory_free) void *piece = NULL;
    struct digest_context context;
    struct digest digest;
    size_t got = 1;

    if (!memory_allocate(&piece, PLAIN_SIZE, err))
        return false;
    digest_begin(&context);
    for (uint64_t at = 0; got > 0; at += got) {
        if (!fd_read_at(file->fd, at, piece, PLAIN_SIZE, &got, err))
            return error_prefix(err, "%s", file->path);
        digest_add(&context, span_of(piece, got));
    }
    digest_end(&context, &digest);
    digest_format(&digest, file->file_sha256);
    return true;
}

static bool check(struct image_file *file, bool may_be_foreign, const char *keys, struct error *err)
{
    if (may_be_foreign && !is_ours(file))
        return take_foreign(file, err);
    return verify(file, keys, err);
}

bool image_file_open(struct image_file *file, const char *path, bool may_be_foreign,
                     const char *keys, struct error *err)
{
    return open_file(file, path, err) && read_name(file, err) &&
           check(file, may_be_foreign, keys, err) && digest_file(file, err);
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
