/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input: two bytes that say how the data is cut, one byte that says what follows: a whole stream,
 * or deflate data alone. Deflate data gets a head, and the tail that fits what zlib unpacks from
 * it. Whole and cut data must give the same result. What zlib accepts must be accepted.
 */
#include "target.h"

#include "image/gzip.h"
#include "input.h"
#include "wrap.h"

#include <string.h>
#include <zlib.h>

/* A compression bomb is read up to this size only. */
enum { UNPACKED_LIMIT = 256 * 1024, PIECE = 16384 };

struct outcome {
    struct error err;
    struct packing data; /* owned */
    bool good, capped;
};

static void release(struct outcome *outcome)
{
    packing_free(&outcome->data);
}

static bool read_stream(struct source *packed, size_t capacity, struct outcome *outcome)
{
    CLEANUP(gzip_close) struct gzip *gzip = NULL;
    unsigned char piece[PIECE];
    size_t got = 1;

    if (!gzip_open(&gzip, packed, &outcome->err))
        return false;
    while (got > 0 && !outcome->capped) {
        if (!gzip_read(gzip, piece, capacity, &got, &outcome->err))
            return false;
        target_expect(got <= capacity, "no more is written than there is room for");
        packing_add(&outcome->data, span_of(piece, got));
        outcome->capped = outcome->data.size >= UNPACKED_LIMIT;
    }
    return outcome->capped || gzip_finish(gzip, &outcome->err);
}

static void run(struct span packed, unsigned way, struct outcome *outcome)
{
    CLEANUP(source_memory_close) struct source_memory memory;

    *outcome = (struct outcome){.err = ERROR_EMPTY};
    source_memory_open(&memory, packed, 0);
    if (way > 0)
        input_cut(&memory, packed, way);
    outcome->good = read_stream(&memory.source,
                                way > 0 ? input_capacity(way >> 4, PIECE) : (size_t)PIECE, outcome);
}

/* What zlib says: whether the stream is complete, with no byte after it. `bits` 15 + 16: gzip;
 * -15: deflate data alone. */
static void ask_zlib(struct span packed, int bits, struct outcome *outcome)
{
    unsigned char piece[PIECE];
    z_stream stream;
    int status = Z_OK;

    *outcome = (struct outcome){.err = ERROR_EMPTY};
    memset(&stream, 0, sizeof(stream));
    target_expect(inflateInit2(&stream, bits) == Z_OK, "there is memory");
    stream.next_in = (unsigned char *)(uintptr_t)packed.data;
    stream.avail_in = (uInt)packed.size;
    while (status == Z_OK && !outcome->capped) {
        stream.next_out = piece;
        stream.avail_out = sizeof(piece);
        status = inflate(&stream, Z_NO_FLUSH);
        packing_add(&outcome->data, span_of(piece, sizeof(piece) - stream.avail_out));
        outcome->capped = outcome->data.size >= UNPACKED_LIMIT;
    }
    outcome->good = status == Z_STREAM_END && stream.avail_in == 0;
    (void)inflateEnd(&stream);
}

static void wrap(struct span deflated, struct packing *packed)
{
    CLEANUP(release) struct outcome plain;

    ask_zlib(deflated, -15, &plain);
    wrap_head(packed);
    packing_add(packed, deflated);
    wrap_tail(packed, packing_span(&plain.data));
}

static void expect_same_bytes(const struct outcome *one, const struct outcome *other)
{
    target_expect(span_same(packing_span(&one->data), packing_span(&other->data)),
                  "the same bytes by every reading");
}

/* The reverse does not hold: ISA-L also accepts incomplete sets of codes, which zlib refuses and
 * no packer writes. The CRC-32 of the result is right all the same. */
static void expect_no_less_than_zlib(const struct outcome *ours, const struct outcome *zlibs)
{
    if (!zlibs->good)
        return;
    target_expect(ours->good, "what zlib unpacks can be unpacked");
    expect_same_bytes(ours, zlibs);
}

static void expect_right_tail(struct span packed, const struct outcome *outcome)
{
    CLEANUP(packing_free) struct packing tail = {NULL, 0};

    wrap_tail(&tail, packing_span(&outcome->data));
    target_expect(packed.size > tail.size &&
                      span_same(span_from(packed, packed.size - tail.size), packing_span(&tail)),
                  "what is whole has its CRC-32 and length at its end");
}

static void compare(struct span packed, unsigned way)
{
    CLEANUP(release) struct outcome whole;
    CLEANUP(release) struct outcome cut;
    CLEANUP(release) struct outcome zlibs;

    run(packed, 0, &whole);
    run(packed, way + 1, &cut);
    ask_zlib(packed, 15 + 16, &zlibs);
    if (whole.capped || cut.capped || zlibs.capped)
        return;
    target_expect(whole.good == cut.good, "the same verdict however the stream is cut");
    target_expect_same_reason(&whole.err, &cut.err);
    if (whole.good) {
        expect_same_bytes(&whole, &cut);
        expect_right_tail(packed, &whole);
    } else {
        target_expect_reason(&whole.err);
    }
    expect_no_less_than_zlib(&whole, &zlibs);
}

void target_run(struct span input)
{
    unsigned way = (unsigned)input_number(&input, 2);
    bool is_whole = input_byte(&input) % 2 == 0;
    CLEANUP(packing_free) struct packing packed = {NULL, 0};

    if (is_whole)
        packing_add(&packed, input);
    else
        wrap(input, &packed);
    compare(packing_span(&packed), way);
}
