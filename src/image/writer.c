/* SPDX-License-Identifier: Apache-2.0 */
#include "image/writer.h"

#include "image/descriptor.h"
#include "image/signature.h"

#include <assert.h>

static const unsigned char zeros[2 * ARCHIVE_BLOCK]; /* the end of an archive: two zero blocks */

static bool write_text(struct image_writer *writer, const char *name, struct span text,
                       struct error *err)
{
    return image_writer_begin(writer, name, text.size, err) && image_writer_add(writer, text, err);
}

bool image_writer_open(struct image_writer *writer, int fd, struct span description,
                       struct span signature, struct error *err)
{
    *writer = (struct image_writer){.gzip = NULL};
    if (!gzip_writer_open(&writer->gzip, fd, err) ||
        !write_text(writer, DESCRIPTOR_FILE, description, err))
        return false;
    return signature.size == 0 || write_text(writer, SIGNATURE_FILE, signature, err);
}

void image_writer_close(struct image_writer *writer)
{
    gzip_writer_close(&writer->gzip);
}

static bool fill(struct image_writer *writer, struct error *err)
{
    size_t filling = writer->filling;

    /* A member that is too short would shift all that follows it. */
    assert(writer->left == 0);
    writer->filling = 0;
    return gzip_writer_add(writer->gzip, span_of(zeros, filling), err);
}

bool image_writer_begin(struct image_writer *writer, const char *name, uint64_t size,
                        struct error *err)
{
    unsigned char head[ARCHIVE_BLOCK];

    if (!fill(writer, err))
        return false;
    archive_format_head(name, size, head);
    writer->left = size;
    writer->filling = (size_t)(-size % ARCHIVE_BLOCK);
    return gzip_writer_add(writer->gzip, span_of(head, sizeof(head)), err);
}

bool image_writer_add(struct image_writer *writer, struct span bytes, struct error *err)
{
    assert(bytes.size <= writer->left);
    writer->left -= bytes.size;
    return gzip_writer_add(writer->gzip, bytes, err);
}

bool image_writer_end(struct image_writer *writer, struct error *err)
{
    return fill(writer, err) && gzip_writer_add(writer->gzip, span_of(zeros, sizeof(zeros)), err) &&
           gzip_writer_end(writer->gzip, err);
}
