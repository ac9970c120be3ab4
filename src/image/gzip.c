/* SPDX-License-Identifier: Apache-2.0 */
#include "image/gzip.h"

#include "base/memory.h"
#include "image/gzip_head.h"
#include "image/inflater.h"

enum { TAIL_SIZE = 8 };

_Static_assert((size_t)INFLATER_HELD_SIZE <= (size_t)TAIL_SIZE,
               "what an inflater holds is part of the tail");

struct gzip {
    struct source *source;     /* borrowed */
    struct span packed;        /* borrowed from the source: what is left of the piece it lent */
    struct inflater *inflater; /* owned */
    bool begun, ended;         /* the head was read; the tail was */
    bool unpacked;             /* the inflater has come to its end; the tail is next */
    bool pending;              /* the inflater may have more without another packed byte */
    uint32_t crc;
    uint32_t size; /* unpacked bytes, modulo 2^32 as in the tail */
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

/* Has at least one packed byte in hand, but at the source's end. */
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
    size_t size = inflater_held(gzip->inflater, tail);

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

/* As much as one piece of packed bytes gives, or as fits. */
static bool unpack(struct gzip *gzip, unsigned char *data, size_t capacity, size_t *got,
                   struct error *err)
{
    enum inflater_outcome outcome;

    /* Not before the last bytes were handed on: what is said of them must not depend on whether the
     * tail had already come. */
    if (gzip->unpacked)
        return take_tail(gzip, err);
    if (!gzip->pending && !need(gzip, err))
        return false;
    outcome = inflater_run(gzip->inflater, &gzip->packed, data, capacity, got);
    gzip->pending = *got == capacity;
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

bool gzip_finish(struct gzip *gzip, struct error *err)
{
    if (!pull(gzip, err))
        return false;
    if (gzip->packed.size == 0)
        return true;
    if (gzip->packed.data[0] == 0x1f)
        return error_set(err, ERROR_IMAGE, "gzip: a second member behind the end");
    return error_set(err, ERROR_IMAGE, "gzip: bytes behind the end");
}
