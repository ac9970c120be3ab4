/* SPDX-License-Identifier: Apache-2.0 */
#include "image/inflater.h"

#include "base/memory.h"

#include <zlib.h>

enum {
    STEP_LIMIT = 1 << 30, /* bytes at a time: zlib counts them in 32 bits */
    RAW_WINDOW = -15,     /* the largest window; negative: no head and no tail */
};

struct inflater {
    z_stream stream;
};

bool inflater_open(struct inflater **inflater, struct error *err)
{
    CLEANUP(memory_free) struct inflater *made = NULL;
    void *memory;

    if (!memory_allocate(&memory, sizeof(struct inflater), err))
        return false;
    made = memory;
    if (inflateInit2(&made->stream, RAW_WINDOW) != Z_OK)
        return error_set(err, ERROR_INTERNAL, "internal error: no memory to unpack with");
    *inflater = made;
    made = NULL;
    return true;
}

void inflater_close(struct inflater **inflater)
{
    if (*inflater != NULL)
        (void)inflateEnd(&(*inflater)->stream);
    memory_free(inflater);
}

static uInt step_size(size_t size)
{
    return size < STEP_LIMIT ? (uInt)size : STEP_LIMIT;
}

enum inflater_outcome inflater_run(struct inflater *inflater, struct span *packed,
                                   unsigned char *data, size_t capacity, size_t *got)
{
    z_stream *stream = &inflater->stream;
    uInt in = step_size(packed->size), out = step_size(capacity);
    int result;

    stream->next_in = (unsigned char *)(uintptr_t)packed->data; /* zlib only reads there */
    stream->avail_in = in;
    stream->next_out = data;
    stream->avail_out = out;
    result = inflate(stream, Z_NO_FLUSH);
    *packed = span_from(*packed, in - stream->avail_in);
    *got = out - stream->avail_out;
    /* Z_BUF_ERROR means that there was nothing to do, not that the data is damaged. */
    if (result == Z_STREAM_END)
        return INFLATER_END;
    return result == Z_OK || result == Z_BUF_ERROR ? INFLATER_MORE : INFLATER_BROKEN;
}

/* zlib returns every whole byte that it did not need. */
size_t inflater_held(const struct inflater *inflater, unsigned char bytes[INFLATER_HELD_SIZE])
{
    (void)inflater;
    (void)bytes;
    return 0;
}

uint32_t inflater_crc(uint32_t crc, struct span bytes)
{
    return (uint32_t)crc32_z(crc, bytes.data, bytes.size);
}
