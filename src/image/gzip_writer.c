/* SPDX-License-Identifier: Apache-2.0 */
#include "image/gzip_writer.h"

#include "base/fd.h"
#include "base/memory.h"

#include <assert.h>
#include <limits.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

enum {
    OUT_SIZE = 65536,
    WINDOW_BITS = 15 + 16, /* 15: the largest window; 16: with gzip head and tail */
    MEMORY_LEVEL = 8,      /* zlib's default; another level would give other bytes */
    OPERATING_SYSTEM_UNIX = 3,
};

struct gzip_writer {
    z_stream stream;
    gz_header head;
    int fd; /* borrowed */
    unsigned char out[OUT_SIZE];
};

bool gzip_writer_open(struct gzip_writer **writer, int fd, struct error *err)
{
    CLEANUP(memory_free) void *memory = NULL;
    struct gzip_writer *made;

    if (!memory_allocate(&memory, sizeof(*made), err))
        return false;
    made = memory;
    made->fd = fd;
    made->head.os = OPERATING_SYSTEM_UNIX;
    if (deflateInit2(&made->stream, Z_BEST_COMPRESSION, Z_DEFLATED, WINDOW_BITS, MEMORY_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return error_set(err, ERROR_INTERNAL, "internal error: no memory to pack with");
    /* zlib's own head would say on which system it was made. */
    (void)deflateSetHeader(&made->stream, &made->head);
    made->stream.next_out = made->out;
    made->stream.avail_out = sizeof(made->out);
    *writer = made;
    memory = NULL;
    return true;
}

void gzip_writer_close(struct gzip_writer **writer)
{
    if (*writer != NULL)
        (void)deflateEnd(&(*writer)->stream);
    memory_free(writer);
}

static bool flush(struct gzip_writer *writer, struct error *err)
{
    z_stream *stream = &writer->stream;
    struct span packed = span_of(writer->out, sizeof(writer->out) - stream->avail_out);

    stream->next_out = writer->out;
    stream->avail_out = sizeof(writer->out);
    return fd_write(writer->fd, packed, err);
}

static bool add_piece(struct gzip_writer *writer, struct span piece, struct error *err)
{
    z_stream *stream = &writer->stream;

    stream->next_in = piece.data;
    stream->avail_in = (uInt)piece.size;
    while (stream->avail_in > 0) {
        int status = deflate(stream, Z_NO_FLUSH);

        assert(status == Z_OK);
        (void)status;
        if (stream->avail_out == 0 && !flush(writer, err))
            return false;
    }
    return true;
}

bool gzip_writer_add(struct gzip_writer *writer, struct span bytes, struct error *err)
{
    while (bytes.size > 0) {
        struct span piece = span_first(bytes, INT_MAX); /* zlib counts in 32 bits */

        if (!add_piece(writer, piece, err))
            return false;
        bytes = span_from(bytes, piece.size);
    }
    return true;
}

bool gzip_writer_end(struct gzip_writer *writer, struct error *err)
{
    int status;

    do {
        status = deflate(&writer->stream, Z_FINISH);
        if (!flush(writer, err))
            return false;
    } while (status == Z_OK);
    assert(status == Z_STREAM_END);
    return true;
}
