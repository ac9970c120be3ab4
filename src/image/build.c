/* SPDX-License-Identifier: Apache-2.0 */
#include "image/build.h"

#include "base/fd.h"
#include "image/check.h"
#include "image/writer.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

enum { PIECE_SIZE = 65536 };

/* One pass over an input file. */
struct reading {
    struct image_writer *writer; /* NULL: bytes are only counted and hashed */
    uint64_t limit;              /* fails if there are more bytes */
    uint64_t size;
    struct digest_context hashing;
};

/* For the size that the file reports, so that nothing is read in vain; and for each piece, because
 * a file that grows while it is packed must not exceed the size that its head already says. */
static bool check_size(const struct reading *reading, uint64_t size, struct error *err)
{
    if (size <= reading->limit)
        return true;
    return error_set(err, ERROR_IMAGE,
                     reading->writer == NULL ? "larger than %" PRIu64 " bytes"
                                             : "changed while it was packed: it has more than the "
                                               "%" PRIu64 " bytes that it had",
                     reading->limit);
}

static bool open_input(const char *path, const struct reading *reading, int *fd, struct error *err)
{
    CLEANUP(fd_close) int opened = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat facts;

    /* O_NONBLOCK: to open a FIFO must not wait for a writer. */
    if (opened == FD_NONE || fstat(opened, &facts) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    if (!S_ISREG(facts.st_mode))
        return error_set(err, ERROR_INTERNAL, "cannot open %s: not a file", path);
    if (!check_size(reading, (uint64_t)facts.st_size, err))
        return error_prefix(err, "%s", path);
    *fd = fd_take(&opened);
    return true;
}

static bool take_piece(struct reading *reading, struct span piece, struct error *err)
{
    if (!check_size(reading, reading->size + piece.size, err))
        return false;
    reading->size += piece.size;
    digest_add(&reading->hashing, piece);
    return reading->writer == NULL || image_writer_add(reading->writer, piece, err);
}

static bool read_pieces(int fd, struct reading *reading, struct error *err)
{
    unsigned char bytes[PIECE_SIZE];
    size_t got;

    do {
        if (!fd_read(fd, bytes, sizeof(bytes), &got, err) ||
            !take_piece(reading, span_of(bytes, got), err))
            return false;
    } while (got > 0);
    return true;
}

static bool read_input(const char *path, struct reading *reading, struct digest *digest,
                       struct error *err)
{
    CLEANUP(fd_close) int fd = FD_NONE;

    digest_begin(&reading->hashing);
    if (!open_input(path, reading, &fd, err))
        return false;
    if (!read_pieces(fd, reading, err))
        return error_prefix(err, "%s", path);
    digest_end(&reading->hashing, digest);
    return true;
}

static bool describe(const char *path, struct descriptor_component *component, struct error *err)
{
    struct reading reading = {.limit = ARCHIVE_SIZE_LIMIT};

    if (!read_input(path, &reading, &component->sha256, err))
        return false;
    if (reading.size == 0)
        return error_set(err, ERROR_IMAGE, "%s: is empty", path); /* readers refuse size 0 */
    component->size = reading.size;
    component->present = true;
    return true;
}

bool build_describe(const struct build_input inputs[COMPONENT_COUNT], struct descriptor *descriptor,
                    struct error *err)
{
    descriptor->count = 0;
    for (size_t i = 0; i < COMPONENT_COUNT; i++) {
        if (inputs[i].path == NULL)
            continue;
        if (!describe(inputs[i].path, &descriptor->components[i], err))
            return false;
        descriptor->order[descriptor->count++] = (enum component)i;
    }
    return true;
}

/* The second pass. The descriptor was made from the first, so the file must not have changed. */
static bool write_component(struct image_writer *writer, const char *path,
                            const struct descriptor_component *component, struct error *err)
{
    struct reading reading = {.writer = writer, .limit = component->size};
    struct digest digest;

    if (!image_writer_begin(writer, component->file, component->size, err) ||
        !read_input(path, &reading, &digest, err))
        return false;
    if (!check_component(component, reading.size, &digest, err))
        return error_prefix(err, "%s: changed while it was packed", path);
    return true;
}

bool build_write(int fd, struct span description, struct span signature,
                 const struct build_input inputs[COMPONENT_COUNT],
                 const struct descriptor *descriptor, struct error *err)
{
    CLEANUP(image_writer_close) struct image_writer writer = {.gzip = NULL};

    if (!image_writer_open(&writer, fd, description, signature, err))
        return false;
    for (size_t i = 0; i < descriptor->count; i++) {
        enum component which = descriptor->order[i];

        if (!write_component(&writer, inputs[which].path, &descriptor->components[which], err))
            return false;
    }
    return image_writer_end(&writer, err);
}
