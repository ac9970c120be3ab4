/* SPDX-License-Identifier: Apache-2.0 */
#include "image/gzip.h"

#include "base/memory.h"
#include "image/gzip_head.h"
#include "image/inflater.h"

enum { TAIL_SIZE = 8, AFTER_LIMIT = 65536 };

_Static_assert((size_t)INFLATER_HELD_SIZE <= (size_t)TAIL_SIZE,
               "the bytes that an inflater holds are part of the tail");

struct gzip {
    struct source *source;     /* borrowed */
    struct span packed;        /* borrowed from the source: the rest of its last piece */
    struct inflater *inflater; /* owned */
    bool begun, ended;         /* the head was read; the tail was read */
    bool unpacked;             /* all data was decompressed; the tail is next */
    bool pending;              /* the inflater may have output without another packed byte */
    uint32_t crc;
    uint32_t size; /* decompressed bytes, modulo 2^32 as in the tail */
};

bool gzip_open(struct gzip **gzip, struct source *packed, struct error *err)
{
    CLEANUP(gzip_close) struct gzip *made = NULL;
    void *memory;

    if (!memory_allocate(&memory, sizeof(struct gzip), err))
        return false;
    made = memory;
    made->source = packed;
    if (!inflater_open(&made->inflater, err))
        return false;
    *gzip = made;
    made = NULL;
    return true;
}

void gzip_close(struct gzip **gzip)
{
    if (*gzip != NULL)
        inflater_close(&(*gzip)->inflater);
    memory_free(gzip);
}

/* Makes at least one packed byte available, unless the source has ended. */
static bool pull(struct gzip *gzip, struct error *err)
{
    return gzip->packed.size > 0 || source_next(gzip->source, &gzip->packed, err);
}

static bool need(struct gzip *gzip, struct error *err)
{
    if (!pull(gzip, err))
        return false;
    if (gzip->packed.size == 0)
        return error_set(err, ERROR_IMAGE, "gzip: cut short: the file is not whole");
    return true;
}

static bool take_head(struct gzip *gzip, struct error *err)
{
    struct gzip_head head = {.part = GZIP_HEAD_FIXED};
    bool done = false;

    if (!pull(gzip, err))
        return false;
    if (gzip->packed.size == 0)
        return error_set(err, ERROR_IMAGE, "gzip: the file is empty");
    while (!done)
        if (!need(gzip, err) || !gzip_head_take(&head, &gzip->packed, &done, err))
            return false;
    gzip->begun = true;
    return true;
}

static uint32_t number_at(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static bool take_tail(struct gzip *gzip, struct error *err)
{
    unsigned char tail[TAIL_SIZE];
    size_t size = inflater_held(gzip->inflater, tail); /* read ahead of the data's end */

    while (size < sizeof(tail)) {
        if (!need(gzip, err))
            return false;
        tail[size++] = gzip->packed.data[0];
        gzip->packed = span_from(gzip->packed, 1);
    }
    if (number_at(tail) != gzip->crc)
        return error_set(err, ERROR_IMAGE, "gzip: damaged: its CRC-32 is wrong");
    if (number_at(tail + 4) != gzip->size)
        return error_set(err, ERROR_IMAGE, "gzip: damaged: its length is wrong");
    gzip->ended = true;
    return true;
}

/* Decompresses one piece of packed bytes, or as much as fits. */
static bool unpack(struct gzip *gzip, unsigned char *data, size_t capacity, size_t *got,
                   struct error *err)
{
    enum inflater_outcome outcome;

    /* The tail is read only after the caller has taken all data. Otherwise a wrong CRC would be
     * reported earlier or later depending on how the stream was cut, and with it another error. */
    if (gzip->unpacked)
        return take_tail(gzip, err);
    if (!gzip->pending && !need(gzip, err))
        return false;
    outcome = inflater_run(gzip->inflater, &gzip->packed, data, capacity, got);
    gzip->pending = *got == capacity; /* a full buffer: the inflater may hold more output */
    gzip->crc = inflater_crc(gzip->crc, span_of(data, *got));
    gzip->size += (uint32_t)*got;
    if (outcome == INFLATER_BROKEN)
        return error_set(err, ERROR_IMAGE, "gzip: damaged: its data cannot be unpacked");
    gzip->unpacked = outcome == INFLATER_END;
    return true;
}

bool gzip_read(struct gzip *gzip, void *data, size_t capacity, size_t *got, struct error *err)
{
    size_t filled = 0;

    if (!gzip->begun && !take_head(gzip, err))
        return false;
    while (filled < capacity && !gzip->ended) {
        size_t more = 0;

        if (!unpack(gzip, (unsigned char *)data + filled, capacity - filled, &more, err))
            return false;
        filled += more;
    }
    *got = filled;
    return true;
}

/* Reads what comes after the member. A source that fails here has another cause to tell: a form
 * without its closing delimiter looks as if the image had more bytes. */
static bool pass_after(struct gzip *gzip, struct error *err)
{
    size_t size = gzip->packed.size;

    while (gzip->packed.size > 0 && size <= AFTER_LIMIT) {
        if (!source_next(gzip->source, &gzip->packed, err))
            return false;
        size += gzip->packed.size;
    }
    return true;
}

bool gzip_finish(struct gzip *gzip, struct error *err)
{
    unsigned char first;

    if (!pull(gzip, err))
        return false;
    if (gzip->packed.size == 0)
        return true;
    first = gzip->packed.data[0];
    if (!pass_after(gzip, err))
        return false;
    if (first == 0x1f) /* another member, as `cat a.gz b.gz` makes it */
        return error_set(err, ERROR_IMAGE, "gzip: a second member after the end");
    return error_set(err, ERROR_IMAGE, "gzip: bytes after the end");
}
